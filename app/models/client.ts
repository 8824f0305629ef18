import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { createParser } from 'eventsource-parser';
import { parseJson } from '../../shared/parse-json.ts';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { AssistantMessage, Message, ModelAccess } from '../../shared/slot/protocol.ts';
import { Answer } from './answer.ts';
import { chunkSchema } from './chunk.ts';
import { Connections } from './connections.ts';
import { brokenOff, cutOff, nothingSaid, notTheApi, refused, unreachable, unusableKey } from './failure.ts';
import { wholeAnswer } from './whole-answer.ts';

/** A tool as a model is told of it. */
export interface ToolDescription {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
}

export interface ChatRequest {
  access: ModelAccess;
  messages: readonly Message[];
  tools: readonly ToolDescription[];
  signal: AbortSignal;
  /** Text of the answer as it streams in. */
  onText(delta: string): void;
}

export interface Usage {
  promptTokens: number;
  completionTokens: number;
  /** The provider told no numbers: these are made from the length of the texts. */
  estimated: boolean;
}

export interface ChatTimes {
  ms: number;
  /** From the request to the first piece of the answer; null where none came. */
  firstTokenMs: number | null;
}

export type ChatResult = ChatTimes &
  (
    | { status: 'answered'; message: AssistantMessage; usage: Usage }
    /** `usage` only where an answer that is none was counted all the same. */
    | { status: 'failed'; failure: Failure; usage?: Usage }
    | { status: 'cancelled' }
  );

/**
 * One model call, streamed where the server streams. It is tried once: retries are the engine's. Whatever goes wrong comes
 * back as a failure that says what to do.
 */
export async function chat(request: ChatRequest): Promise<ChatResult> {
  const { access, messages, signal } = request;
  const start = performance.now();
  const answer = new Answer(start, request.onText);
  const failure = unusableKey(access) ?? (await carry(request, answer));
  const times = { ms: Math.round(performance.now() - start), firstTokenMs: answer.firstTokenMs };
  if (signal.aborted) return { status: 'cancelled', ...times };
  if (failure) return { status: 'failed', failure, ...times };
  if (answer.ending === null) return { status: 'failed', failure: cutOff(access.base_url), ...times };
  const usage = answer.usage(messages);
  if (answer.isEmpty) return { status: 'failed', failure: nothingSaid(access, answer.ending), usage, ...times };
  return { status: 'answered', message: answer.message(), usage, ...times };
}

const connections = new Connections();

/** Closes every connection, and forgets the keys with them. */
export function closeConnections(): void {
  connections.close();
}

async function carry(request: ChatRequest, answer: Answer): Promise<Failure | null> {
  const { access, signal } = request;
  const url = endpointOf(access.base_url);
  const posted = await connections.post(url, headersOf(access), JSON.stringify(bodyOf(request)), signal);
  if (!posted.ok) return unreachable(access.base_url, posted.error);
  try {
    return await read(posted.response, access, answer);
  } catch (error) {
    // A stream of Node's that breaks says so with a code; anything else is a bug.
    if (error instanceof Error && 'code' in error) return cutOff(access.base_url);
    throw error;
  }
}

function endpointOf(baseUrl: string): URL {
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/chat/completions`;
  return url;
}

function headersOf({ api_key: key }: ModelAccess): OutgoingHttpHeaders {
  return {
    accept: 'text/event-stream, application/json',
    'content-type': 'application/json',
    'user-agent': 'Crewlane',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
}

/** As the reference of OpenAI's chat completions has it. */
function bodyOf({ access, messages, tools }: ChatRequest): object {
  return {
    model: access.model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length > 0 ? { tools: tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
    ...(access.temperature === undefined ? {} : { temperature: access.temperature }),
    ...(access.max_tokens === undefined ? {} : { max_tokens: access.max_tokens }),
  };
}

async function read(response: IncomingMessage, access: ModelAccess, answer: Answer): Promise<Failure | null> {
  const { statusCode = 0, headers } = response;
  if (statusCode < 200 || statusCode > 299) return refused(statusCode, headers, await text(response), access);
  const type = headers['content-type'] ?? '';
  if (type.includes('event-stream')) return readStream(response, access, answer);
  const whole = type.includes('json') ? wholeAnswer(await text(response)) : null;
  response.destroy();
  if (!whole) return notTheApi(access.base_url, type);
  answer.take(whole);
  return null;
}

async function readStream(response: IncomingMessage, access: ModelAccess, answer: Answer): Promise<Failure | null> {
  let failure: Failure | null = null;
  const parser = createParser({
    onEvent: ({ data }) => {
      failure ??= data === DONE ? null : takeChunk(data, access, answer);
    },
  });
  response.setEncoding('utf8');
  for await (const piece of response) {
    parser.feed(piece);
    if (failure) return failure;
  }
  return null;
}

const DONE = '[DONE]';

function takeChunk(data: string, { base_url }: ModelAccess, answer: Answer): Failure | null {
  const chunk = chunkSchema.safeParse(parseJson(data)).data;
  if (chunk === undefined) return notTheApi(base_url, 'a stream of something else');
  if (chunk.error) return brokenOff(base_url, data);
  answer.take(chunk);
  return null;
}
