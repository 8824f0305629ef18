import OpenAI from 'openai';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { AssistantMessage, Message, ModelAccess } from '../../shared/slot/protocol.ts';
import { Answer } from './answer.ts';
import { cutOff, failureOf, nothingSaid, notTheApi, unusableKey } from './failure.ts';
import { httpFetch } from './http-fetch.ts';
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
  const start = performance.now();
  const answer = new Answer(start, request.onText);
  const times = () => ({ ms: Math.round(performance.now() - start), firstTokenMs: answer.firstTokenMs });
  const unusable = unusableKey(request.access);
  if (unusable) return { status: 'failed', failure: unusable, ...times() };
  try {
    const { data: stream, response } = await clientFor(request.access)
      .chat.completions.create(body(request), { signal: request.signal })
      .withResponse();
    const type = response.headers.get('content-type') ?? '';
    if (type.includes('event-stream')) for await (const chunk of stream) answer.take(chunk);
    else {
      const whole = type.includes('json') ? wholeAnswer(await response.text()) : null;
      stream.controller.abort();
      if (!whole) return { status: 'failed', failure: notTheApi(request.access.base_url, type), ...times() };
      answer.take(whole);
    }
  } catch (error) {
    if (request.signal.aborted) return { status: 'cancelled', ...times() };
    return { status: 'failed', failure: failureOf(error, request.access), ...times() };
  }
  if (request.signal.aborted) return { status: 'cancelled', ...times() };
  if (answer.ending === null) return { status: 'failed', failure: cutOff(request.access.base_url), ...times() };
  const usage = answer.usage(request.messages);
  if (answer.isEmpty)
    return { status: 'failed', failure: nothingSaid(request.access, answer.ending), usage, ...times() };
  return { status: 'answered', message: answer.message(), usage, ...times() };
}

const clients = new Map<string, OpenAI>();
const http = httpFetch();

/** One client for each server and key, so that its connections are used again. */
function clientFor({ base_url, api_key }: ModelAccess): OpenAI {
  const name = `${base_url} ${api_key ?? ''}`;
  const known = clients.get(name);
  if (known) return known;
  const client = new OpenAI({
    baseURL: base_url,
    // The client wants a key; where there is none the header is left out.
    apiKey: api_key ?? 'none',
    ...(api_key === null ? { defaultHeaders: { authorization: null } } : {}),
    organization: null,
    project: null,
    maxRetries: 0,
    fetch: http.send,
    timeout: LONGER_THAN_ANY_DEADLINE_MS,
    logLevel: 'off',
  });
  clients.set(name, client);
  return client;
}

/** Drops the clients of one server, which is no more: a call to another goes on. */
export function forgetServer(baseUrl: string): void {
  for (const name of clients.keys()) if (name.startsWith(`${baseUrl} `)) clients.delete(name);
}

/** Drops every client, and the keys with them. */
export function forgetClients(): void {
  clients.clear();
  http.close();
}

/** Deadlines are the engine's. */
const LONGER_THAN_ANY_DEADLINE_MS = 86_400_000 + 60_000;

function body({ access, messages, tools }: ChatRequest): OpenAI.Chat.ChatCompletionCreateParamsStreaming {
  return {
    model: access.model,
    messages: messages.map(parameterOf),
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length > 0 ? { tools: tools.map((tool) => ({ type: 'function' as const, function: tool })) } : {}),
    ...(access.temperature === undefined ? {} : { temperature: access.temperature }),
    ...(access.max_tokens === undefined ? {} : { max_tokens: access.max_tokens }),
  };
}

function parameterOf(message: Message): OpenAI.Chat.ChatCompletionMessageParam {
  if (message.role !== 'assistant') return message;
  const { tool_calls, ...rest } = message;
  return tool_calls ? { ...rest, tool_calls } : rest;
}
