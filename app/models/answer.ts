import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import type { AssistantMessage, Message } from '../../shared/slot/message.ts';
import { estimatedTokens } from '../../shared/slot/tokens.ts';
import { type Chunk, contentOf, type ToolCallPiece } from './chunk.ts';
import { descriptorOf } from './descriptors.ts';
import { ThoughtSplitter } from './thoughts.ts';
import { FieldJoiner } from './unknown-fields.ts';

type ToolCall = NonNullable<AssistantMessage['tool_calls']>[number];

export interface Usage {
  promptTokens: number;
  /** Prompt tokens that the provider took from its cache. */
  cachedTokens: number;
  completionTokens: number;
  /** Tokens of thoughts, contained in `completionTokens`. */
  thoughtTokens: number;
  /** The cost in US dollars as the provider reports it; null if it does not. */
  costUsd: number | null;
  /** Whether the counts are estimates from text lengths, because the provider sent none. */
  estimated: boolean;
}

/** The content of a complete answer. */
export interface AnswerContent {
  /** The message with only the answer as its content. Thoughts are in a separate field. */
  message: AssistantMessage;
  /** The text with which the model refuses; empty if it does not refuse. */
  refusal: string;
}

/** An answer that is assembled from the pieces of a stream. */
export class Answer {
  firstTokenMs: number | null = null;
  /** Why it ends, in the provider's word; null until it is complete. */
  ending: string | null = null;
  readonly #access: Pick<ModelAccess, 'provider' | 'model'>;
  readonly #start: number;
  readonly #onText: (delta: string) => void;
  readonly #calls: ToolCall[] = [];
  /** The call that pieces with an index belong to. */
  readonly #open = new Map<number, ToolCall>();
  /** Separates thoughts in the text from the answer. */
  readonly #splitter = new ThoughtSplitter();
  /** Thoughts that came in separate fields. */
  #thoughts = '';
  #thoughtsField: AssistantMessage['thoughts_field'];
  /** Fields of the message that are not known here. */
  readonly #extras: NonNullable<AssistantMessage['extras']> = {};
  readonly #joiner = new FieldJoiner();
  #refusal = '';
  #content: AnswerContent | null = null;
  #usage: Chunk['usage'] = null;

  constructor(access: Pick<ModelAccess, 'provider' | 'model'>, start: number, onText: (delta: string) => void) {
    this.#access = access;
    this.#start = start;
    this.#onText = onText;
  }

  take(chunk: Chunk): void {
    if (chunk.usage) this.#usage = chunk.usage;
    const choice = chunk.choices?.[0];
    if (!choice) return;
    const { said, pieces, unknown } = piecesOf(choice.delta);
    const { text, thoughts, refusal } = contentOf(said);
    this.#joiner.join(this.#extras, unknown);
    if (text || thoughts || refusal || pieces.length > 0)
      this.firstTokenMs ??= Math.round(performance.now() - this.#start);
    this.#thoughts += thoughts;
    this.#refusal += refusal;
    this.#thoughtsField ??= said.reasoning_content ? 'reasoning_content' : said.reasoning ? 'reasoning' : undefined;
    const shown = text === '' ? '' : this.#splitter.push(text);
    if (shown !== '') this.#onText(shown);
    for (const piece of pieces) this.#takeCall(piece);
    if (choice.finish_reason) this.ending = choice.finish_reason;
  }

  /** The server ended the stream. Some servers send no finish reason; this counts as the normal end. */
  end(): void {
    this.ending ??= 'stop';
  }

  /** Whether any part of the answer has arrived, including only a finish reason. */
  get hasBegun(): boolean {
    return this.firstTokenMs !== null || this.ending !== null;
  }

  /** Returns the content of the complete answer. Later calls return the same object. */
  get content(): AnswerContent {
    this.#content ??= this.#read();
    return this.#content;
  }

  usage(sent: readonly Message[]): Usage {
    if (this.#usage) {
      return {
        promptTokens: this.#usage.prompt_tokens,
        cachedTokens: this.#usage.cached_tokens,
        completionTokens: this.#usage.completion_tokens,
        thoughtTokens: this.#usage.thought_tokens,
        costUsd: descriptorOf({ name: this.#access.provider }).reportsCost ? this.#usage.cost_usd : null,
        estimated: false,
      };
    }
    const completionTokens = estimatedTokens([this.content.message]);
    const promptTokens = estimatedTokens(sent);
    return { promptTokens, cachedTokens: 0, completionTokens, thoughtTokens: 0, costUsd: null, estimated: true };
  }

  #read(): AnswerContent {
    const { text, thoughts } = this.#splitter.end();
    const calls = this.#calls;
    // Thoughts that may have to be sent back stay as they came.
    const all =
      thoughts === '' ? this.#thoughts : [this.#thoughts.trim(), thoughts].filter((one) => one !== '').join('\n');
    const { provider, model } = this.#access;
    const message: AssistantMessage = {
      role: 'assistant',
      content: text === '' && calls.length > 0 ? null : text,
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
      ...(all.trim() === '' ? {} : { thoughts: all }),
      ...(this.#thoughtsField === undefined ? {} : { thoughts_field: this.#thoughtsField }),
      ...(Object.keys(this.#extras).length === 0 ? {} : { extras: this.#extras }),
      ...(this.#hasOwnFields() ? { from: { provider, model } } : {}),
    };
    return { message, refusal: this.#refusal.trim() };
  }

  /** Whether the server attached something that only its own model may receive. */
  #hasOwnFields(): boolean {
    const isOfCall = this.#calls.some((call) => Object.keys(call).length > 3 || Object.keys(call.function).length > 2);
    return isOfCall || this.#thoughtsField !== undefined || Object.keys(this.#extras).length > 0;
  }

  #takeCall(piece: ToolCallPiece): void {
    const { index: _index, id: _id, type: _type, function: called, ...ofCall } = piece;
    const { name, arguments: given, ...ofFunction } = called ?? {};
    const call = this.#openFor(piece, name) ?? this.#begin(piece);
    attach(call, ofCall, this.#joiner);
    attach(call.function, ofFunction, this.#joiner);
    // Some servers repeat the name with each piece.
    if (name && name !== call.function.name) call.function.name += name;
    if (given) call.function.arguments += given;
  }

  /**
   * Finds the call that a piece continues: the one with its index. Some servers omit the index or give several
   * complete calls the same index; some give each piece its own id.
   */
  #openFor({ index, id }: ToolCallPiece, name: string | null | undefined): ToolCall | undefined {
    const open = typeof index === 'number' ? this.#open.get(index) : this.#calls.at(-1);
    if (!name || open === undefined) return open;
    const isWhole = typeof index !== 'number' && !id;
    return isWhole || (id && id !== open.id) ? undefined : open;
  }

  #begin({ index, id }: ToolCallPiece): ToolCall {
    const call: ToolCall = {
      id: id || `call_${this.#calls.length}`,
      type: 'function',
      function: { name: '', arguments: '' },
    };
    this.#calls.push(call);
    if (typeof index === 'number') this.#open.set(index, call);
    return call;
  }
}

/** Fields of a message that say nothing that a later call needs. */
const UNNEEDED: readonly string[] = ['role', 'annotations', 'audio', 'function_call', 'name'];

/** The texts of a delta, its tool calls, and everything that is not known here. */
function piecesOf(delta: NonNullable<Chunk['choices']>[number]['delta']) {
  const { tool_calls: pieces, content, refusal, reasoning_content, reasoning, ...others } = delta ?? NO_DELTA;
  const unknown = Object.fromEntries(Object.entries(others).filter(([name]) => !UNNEEDED.includes(name)));
  return { said: { content, refusal, reasoning_content, reasoning }, pieces: pieces ?? [], unknown };
}

const NO_DELTA: NonNullable<NonNullable<Chunk['choices']>[number]['delta']> = {};

function attach(to: object, fields: NonNullable<AssistantMessage['extras']>, joiner: FieldJoiner): void {
  if (Object.keys(fields).length === 0) return;
  const attached = fieldsOf(to, fields);
  joiner.join(attached, fields);
  Object.assign(to, attached);
}

/** The fields that are attached already. */
function fieldsOf(to: object, fields: object): NonNullable<AssistantMessage['extras']> {
  return Object.fromEntries(Object.entries(to).filter(([name]) => Object.hasOwn(fields, name)));
}
