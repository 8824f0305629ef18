import type { OutgoingHttpHeaders } from 'node:http';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { Message, ModelAccess } from '../../shared/slot/protocol.ts';
import { Answer } from './answer.ts';
import { type CompletionsUrl, complete } from './completion.ts';
import { Connections } from './connections.ts';
import { Exchange } from './exchange.ts';
import { refused, unusableKey } from './failure.ts';
import { type Interpreted, interpret } from './interpret.ts';
import { adjustmentsOf, canNameParameter, optionsOf, Parameters } from './parameters.ts';

/** The description of a tool for a model. */
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

export interface ChatTimes {
  ms: number;
  /** The time from the request to the first piece of the answer; null if none arrived. */
  firstTokenMs: number | null;
}

/** `adjusted`: settings that were renamed or left out, because the model does not accept them as they are. */
export type ChatResult = ChatTimes & { adjusted: string[] } & (Interpreted | { status: 'cancelled' });

/**
 * Makes one model call, streamed if the server supports it. The engine is responsible for retries; only a refusal that
 * names a parameter causes another request here, without the parameter or with its newer name. Every error is returned
 * as a failure that says what to do.
 */
export async function chat(request: ChatRequest): Promise<ChatResult> {
  const { access, messages, signal } = request;
  const start = performance.now();
  const answer = new Answer(start, request.onText);
  const failure = unusableKey(access) ?? (await send(request, answer));
  const adjusted = adjustmentsOf(access, parameters.of(access));
  const times = { ms: Math.round(performance.now() - start), firstTokenMs: answer.firstTokenMs, adjusted };
  if (signal.aborted) return { status: 'cancelled', ...times };
  if (failure) return { status: 'failed', failure, ...times };
  return { ...interpret(answer, access, messages.map(asSent)), ...times };
}

const connections = new Connections();
const parameters = new Parameters();

/** Closes all connections, and forgets the keys and the learned parameters of models. */
export function closeConnections(): void {
  connections.close();
  parameters.clear();
}

async function send(request: ChatRequest, answer: Answer): Promise<Failure | null> {
  const { access, signal } = request;
  const exchange = new Exchange(connections, access, headersOf(access));
  const completed = await complete(exchange, access, completionsUrl(access), bodyOf(request), signal, answer);
  switch (completed.status) {
    case 'read':
      return null;
    case 'failed':
      return completed.failure;
    case 'refused': {
      const { code, headers, error } = completed;
      // Each refusal removes a parameter, so the loop ends.
      const isCorrected = canNameParameter(code) && parameters.learn(access, error);
      return isCorrected ? send(request, answer) : refused(code, headers, error, access);
    }
  }
}

/** The package adds the path to the address, so a query in the address is given apart. */
function completionsUrl({ base_url }: ModelAccess): CompletionsUrl {
  const url = new URL(base_url);
  const query = Object.fromEntries(url.searchParams);
  url.search = '';
  return { baseURL: url.href, query };
}

function headersOf({ api_key: key }: ModelAccess): OutgoingHttpHeaders {
  return {
    accept: 'text/event-stream, application/json',
    // Without this header the server may choose any encoding, and a proxy may wait until it has enough data to
    // compress.
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'user-agent': 'Crewlane',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
}

/** Prepares a message for sending: only servers that need thoughts together with their tool calls get them back. */
function asSent(message: Message): Message & { reasoning_content?: string } {
  if (message.role !== 'assistant') return message;
  const { thoughts, thoughts_field: field, ...sent } = message;
  const isWanted = field !== undefined && thoughts !== undefined && sent.tool_calls !== undefined;
  return isWanted ? { ...sent, [field]: thoughts } : sent;
}

/** The format of OpenAI's chat completions. */
function bodyOf({ access, messages, tools }: ChatRequest): object {
  return {
    model: access.model,
    messages: messages.map(asSent),
    stream: true,
    ...optionsOf(access, parameters.of(access)),
    ...(tools.length > 0 ? { tools: tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
  };
}
