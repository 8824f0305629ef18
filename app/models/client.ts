import { randomUUID } from 'node:crypto';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import type { Message } from '../../shared/slot/message.ts';
import { countImages } from '../../shared/slot/tokens.ts';
import { Answer } from './answer.ts';
import { answerFormat } from './answer-format.ts';
import { complete } from './completion.ts';
import { Connections } from './connections.ts';
import { readsImages } from './descriptors.ts';
import { headersOf } from './endpoint.ts';
import { refusesTools } from './error-names.ts';
import { Exchange } from './exchange.ts';
import { noImages, refused, unusableKey } from './failure.ts';
import { type Interpreted, interpret } from './interpret.ts';
import { adjustmentsOf, canNameParameter, type Learned, leftOutOf, optionsOf, Parameters } from './parameters.ts';
import { sentMessages } from './sent-messages.ts';
import { asText } from './text-protocol.ts';
import type { ToolDescription } from './tool-description.ts';
import { writtenCalls } from './written-calls.ts';

export interface ChatRequest {
  access: ModelAccess;
  messages: readonly Message[];
  tools: readonly ToolDescription[];
  /** Returns whether a text is a usable answer, although it can also be read as tool calls. */
  isAnswer?(text: string): boolean;
  /** The JSON Schema of the answer. It is sent if the provider declares that it has an effect, and no tools are offered. */
  answerSchema?: unknown;
  signal: AbortSignal;
  /** Text of the answer as it streams in. */
  onText(delta: string): void;
}

export interface ChatTimes {
  ms: number;
  /** The time from the request to the first piece of the answer; null if none arrived. */
  firstTokenMs: number | null;
}

/**
 * `adjusted`: notes on settings that were renamed or left out, because the model does not accept them as they are.
 * `leftOut`: the names of those that were left out. `finish`: why the answer ended, as the provider reported it; null if
 * it did not end. `protocol`: how tools were called.
 */
interface ChatFacts {
  adjusted: string[];
  leftOut: string[];
  finish: string | null;
  protocol: Protocol;
}

export type ChatResult = ChatTimes & ChatFacts & (Interpreted | { status: 'cancelled' });

/** `native`: through the API. `text`: in the text of prompts and answers. */
export type Protocol = 'native' | 'text';

/** Maximum number of refused parameters that one call corrects. Real models refuse a few; each costs a request. */
const MAX_CORRECTIONS = 8;

/** The client of a slot: its open connections, and what it has learned about the parameters of models. */
export class ModelClient {
  readonly #connections = new Connections();
  readonly #parameters = new Parameters();

  /**
   * Makes one model call, streamed if the server supports it. The engine is responsible for retries; only a refusal
   * that names a parameter or the tools causes another request here, without the parameter, with its newer name, or with
   * the tools as text. Tool calls in the text of an answer become its tool calls. Every error is returned as a failure
   * that says what to do.
   */
  async chat(request: ChatRequest): Promise<ChatResult> {
    const { access, messages, signal } = request;
    const start = performance.now();
    const answer = new Answer(access, start, request.onText);
    const failure = unusableKey(access) ?? unreadableImages(access, messages) ?? (await this.#send(request, answer));
    const adjusted = adjustmentsOf(access, this.#parameters.of(access));
    const protocol = protocolOf(access, this.#parameters.of(access));
    const ms = Math.round(performance.now() - start);
    const leftOut = leftOutOf(access, this.#parameters.of(access));
    const facts = { ms, firstTokenMs: answer.firstTokenMs, finish: answer.ending, adjusted, leftOut, protocol };
    if (signal.aborted) return { status: 'cancelled', ...facts };
    if (failure) return { status: 'failed', failure, ...facts };
    return { ...withWrittenCalls(interpret(answer, access, messages), request), ...facts };
  }

  /** Closes all connections, and forgets the keys and the learned parameters of models. Later calls start afresh. */
  close(): void {
    this.#connections.close();
    this.#parameters.clear();
  }

  async #send(request: ChatRequest, answer: Answer, corrections = 0): Promise<Failure | null> {
    const { access, signal } = request;
    const exchange = new Exchange(this.#connections, access, headersOf(access));
    const learned = this.#parameters.of(access);
    const isText = protocolOf(access, learned) === 'text';
    const conversation = isText ? asText(request.messages, request.tools) : request.messages;
    const { messages, echoed } = sentMessages(conversation, access, learned);
    const tools = isText ? [] : request.tools;
    const format = request.tools.length > 0 ? {} : answerFormat(access, request.answerSchema);
    const body = bodyOf({ access, tools }, messages, optionsOf(access, learned, format));
    const completed = await complete(exchange, access, body, signal, answer);
    switch (completed.status) {
      case 'read':
        return null;
      case 'failed':
        return completed.failure;
      case 'refused': {
        const { code, error } = completed.refusal;
        const canCorrect = corrections < MAX_CORRECTIONS && canNameParameter(code);
        if (canCorrect && this.#parameters.learn(access, error, echoed, format))
          return this.#send(request, answer, corrections + 1);
        const canUseText = tools.length > 0 && access.tool_protocol !== 'native' && refusesTools(error);
        if (canUseText) {
          this.#parameters.learnNoTools(access);
          return this.#send(request, answer, corrections);
        }
        return refused(completed.refusal, access, {
          hasTools: tools.length > 0,
          hasImages: countImages(request.messages) > 0,
        });
      }
    }
  }
}

/** Returns the failure of attached images that the model is known not to read. Images of tools are left out instead. */
function unreadableImages(access: ModelAccess, messages: readonly Message[]): Failure | null {
  const isAttached = messages.some((message) => message.role === 'user' && message.images?.length);
  return isAttached && !readsImages(access) ? noImages(access) : null;
}

/** The format of OpenAI's chat completions. */
function bodyOf(
  { access, tools }: Pick<ChatRequest, 'access' | 'tools'>,
  messages: readonly object[],
  options: object,
): object {
  return {
    model: access.model,
    messages,
    stream: true,
    ...options,
    ...(tools.length > 0 ? { tools: tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
  };
}

function protocolOf({ tool_protocol: chosen }: ModelAccess, { hasNoTools }: Learned): Protocol {
  return chosen === 'text' || (chosen !== 'native' && hasNoTools) ? 'text' : 'native';
}

/** Replaces tool calls in the text of an answer by calls as a server would read them. */
function withWrittenCalls(answer: Interpreted, { tools, isAnswer }: ChatRequest): Interpreted {
  if (answer.status !== 'answered' || tools.length === 0 || answer.message.tool_calls) return answer;
  const content = answer.message.content ?? '';
  const written = isAnswer?.(content) ? null : writtenCalls(content, tools);
  if (written === null) return answer;
  const tool_calls = written.calls.map(({ name, arguments: args }) => {
    return { id: `call_${randomUUID()}`, type: 'function' as const, function: { name, arguments: args } };
  });
  return { ...answer, message: { ...answer.message, content: written.text || null, tool_calls } };
}
