import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type Failure, isTransient } from '../../shared/run/error-kind.ts';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import { decoded } from '../network/decoded.ts';
import { drain, errorText, textUpTo } from './body.ts';
import type { Connections } from './connections.ts';
import { headersOf } from './endpoint.ts';
import { notTheApi, refused, tooLong, unreachable, unusableKey } from './failure.ts';
import { clientOf, loadPackage } from './openai-package.ts';
import { parsedError, serverError } from './server-error.ts';

/** Embeddings in the order of their texts, with the tokens that they used, or why there are none. */
export type EmbeddingsResult = { ok: true; vectors: number[][]; tokens: number } | { ok: false; failure: Failure };

const MAX_BYTES = 64 * 1024 * 1024;
/** The timeout of one request, in ms. */
const TIMEOUT_MS = 60_000;
/** The delays before retries after transient failures, in ms. */
const WAITS_MS = [500, 2000];
/** The longest delay in ms that a server may ask for. */
const MAX_WAIT_MS = 20_000;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int().nonnegative(), embedding: z.array(z.number()).min(1) })),
  usage: z.object({ prompt_tokens: z.number() }).optional().catch(undefined),
});

/**
 * Makes embeddings of texts, in their order. Retries twice after transient failures. Every error is returned as a failure
 * that says what to do.
 */
export async function embed(
  connections: Connections,
  access: ModelAccess,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<EmbeddingsResult> {
  for (const backoffMs of [...WAITS_MS, null]) {
    const result = await embedOnce(connections, access, texts, signal);
    // A server that does not answer with embeddings gives the same answer again.
    const canRetry = !result.ok && isTransient(result.failure) && result.failure.kind !== 'bad_answer';
    if (result.ok || !canRetry || backoffMs === null || signal.aborted) return result;
    const askedMs = result.failure.retry_after_ms ?? backoffMs;
    if (askedMs > MAX_WAIT_MS) return result;
    await wait(askedMs, undefined, { signal }).catch(() => undefined);
  }
  throw new Error('Every request returns its result or waits for the next one.');
}

async function embedOnce(
  connections: Connections,
  access: ModelAccess,
  texts: readonly string[],
  turn: AbortSignal,
): Promise<EmbeddingsResult> {
  const unusable = unusableKey(access);
  if (unusable) return { ok: false, failure: unusable };
  const openai = await loadPackage();
  const signal = AbortSignal.any([turn, AbortSignal.timeout(TIMEOUT_MS)]);
  let failure: Failure | null = null;
  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const target = new URL(url instanceof Request ? url.url : url);
    const posted = await connections.post(target, headersOf(access), String(init.body), signal);
    if (!posted.ok) {
      failure = unreachable(access.base_url, posted.error, posted.via);
      throw posted.error;
    }
    const { response } = posted;
    const { statusCode: status = 0 } = response;
    const body = decoded(response);
    const isAnswer = status >= 200 && status < 300;
    const text = isAnswer ? await textUpTo(body, MAX_BYTES) : await errorText(body);
    drain(response, body);
    if (text === null) failure = tooLong(access.base_url, MAX_BYTES);
    const headers = new Headers({ 'content-type': 'application/json' });
    for (const name of ['retry-after', 'retry-after-ms']) {
      const value = response.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    const shown = isAnswer ? (text ?? '{}') : JSON.stringify({ error: serverError(text ?? '') });
    return new Response(shown, { status: isAnswer ? 200 : Math.max(400, status), headers });
  };
  try {
    const body = { model: access.model, input: [...texts], encoding_format: 'float' as const };
    const answer = answerSchema.safeParse(await clientOf(openai, access, fetch).embeddings.create(body, { signal }));
    if (failure !== null) return { ok: false, failure };
    if (!answer.success) return { ok: false, failure: notTheApi(access.base_url, 'no embeddings') };
    const { data, usage } = answer.data;
    const vectors = data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
    return { ok: true, vectors, tokens: usage?.prompt_tokens ?? 0 };
  } catch (error) {
    if (failure !== null) return { ok: false, failure };
    if (error instanceof openai.APIError && error.status !== undefined && error.headers !== undefined) {
      const refusal = { code: error.status, headers: error.headers, error: parsedError(error.error) };
      return { ok: false, failure: refused(refusal, access, { hasTools: false, hasImages: false }) };
    }
    if (error instanceof SyntaxError) return { ok: false, failure: notTheApi(access.base_url, 'something else') };
    const reason = error instanceof Error ? error : new Error(String(error));
    return { ok: false, failure: unreachable(access.base_url, reason) };
  }
}
