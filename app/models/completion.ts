import type { APIError, OpenAI } from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import type { Answer } from './answer.ts';
import { isBroken } from './body.ts';
import { chunkSchema, isError } from './chunk.ts';
import type { Exchange } from './exchange.ts';
import { cutOff, notTheApi, type Refusal, streamFailed } from './failure.ts';
import { clientOf, loadPackage } from './openai-package.ts';
import { parsedError } from './server-error.ts';

/** `refused`: the server responded with this error status instead of an answer. */
export type Completed =
  | { status: 'read' }
  | { status: 'refused'; refusal: Refusal }
  | { status: 'failed'; failure: Failure };

/**
 * Makes one request through the package and reads the raw chunks of its stream into `answer`. The package neither
 * retries nor assembles the answer: its assembler loses tool calls of compatible servers.
 */
export async function complete(
  exchange: Exchange,
  access: ModelAccess,
  body: object,
  signal: AbortSignal,
  answer: Answer,
): Promise<Completed> {
  const openai = await loadPackage();
  const call = linked(signal);
  const client = clientOf(openai, access, exchange.fetch);
  try {
    const failure = await readChunks(client, access, body, call.signal, answer);
    return failure === null && exchange.failure === null
      ? { status: 'read' }
      : { status: 'failed', failure: exchange.failure ?? failure ?? cutOff(access.base_url) };
  } catch (error) {
    if (exchange.failure !== null) return { status: 'failed', failure: exchange.failure };
    if (error instanceof openai.APIUserAbortError) return { status: 'read' };
    if (error instanceof openai.APIError) return ofApi(error, access);
    if (error instanceof SyntaxError) return { status: 'failed', failure: notTheApi(access.base_url, NOT_CHUNKS) };
    if (!isBroken(error)) throw error;
    return answer.ending === null ? { status: 'failed', failure: cutOff(access.base_url) } : { status: 'read' };
  } finally {
    call.unlink();
    if (exchange.isDone) answer.end();
  }
}

/** A signal for one call. The package never removes its listeners, which would add up on the signal of a long turn. */
function linked(signal: AbortSignal): { signal: AbortSignal; unlink: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return { signal: controller.signal, unlink: () => signal.removeEventListener('abort', abort) };
}

const NOT_CHUNKS = 'a stream of something else';

async function readChunks(
  client: OpenAI,
  access: ModelAccess,
  body: object,
  signal: AbortSignal,
  answer: Answer,
): Promise<Failure | null> {
  // Compatible servers accept fields that the types of the package do not contain, and lack others.
  const params = body as ChatCompletionCreateParamsStreaming;
  for await (const raw of await client.chat.completions.create(params, { signal })) {
    const chunk = chunkSchema.safeParse(raw).data;
    if (chunk === undefined) return notTheApi(access.base_url, NOT_CHUNKS);
    if (isError(chunk)) return streamFailed(access, parsedError(raw));
    answer.take(chunk);
  }
  return null;
}

/** Converts an error that the server sent: with a status instead of an answer, or in the middle of one. */
function ofApi({ status, headers, error }: APIError, access: ModelAccess): Completed {
  const reported = parsedError(error);
  if (status === undefined || headers === undefined)
    return { status: 'failed', failure: streamFailed(access, reported) };
  return { status: 'refused', refusal: { code: status, headers, error: reported } };
}
