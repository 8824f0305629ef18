import type { AssistantMessage, Message } from '../../shared/slot/protocol.ts';
import { estimatedTokens } from '../../shared/slot/tokens.ts';
import type { Chunk, ToolCallPiece } from './chunk.ts';

type ToolCall = NonNullable<AssistantMessage['tool_calls']>[number];

export interface Usage {
  promptTokens: number;
  completionTokens: number;
  /** The provider told no numbers: these are made from the length of the texts. */
  estimated: boolean;
}

/** An answer that is put together from the pieces of a stream. */
export class Answer {
  firstTokenMs: number | null = null;
  /** Why it ends, in the provider's word; null until it is complete. */
  ending: string | null = null;
  readonly #start: number;
  readonly #onText: (delta: string) => void;
  readonly #calls: ToolCall[] = [];
  /** The call that pieces with an index belong to. */
  readonly #open = new Map<number, ToolCall>();
  #text = '';
  #usage: Chunk['usage'] = null;

  constructor(start: number, onText: (delta: string) => void) {
    this.#start = start;
    this.#onText = onText;
  }

  take(chunk: Chunk): void {
    if (chunk.usage) this.#usage = chunk.usage;
    const choice = chunk.choices?.[0];
    if (!choice) return;
    const { content, tool_calls } = choice.delta ?? {};
    if (content || tool_calls?.length) this.firstTokenMs ??= Math.round(performance.now() - this.#start);
    if (content) {
      this.#text += content;
      this.#onText(content);
    }
    for (const piece of tool_calls ?? []) this.#takeCall(piece);
    if (choice.finish_reason) this.ending = choice.finish_reason;
  }

  /** The server says that nothing more comes. Some never say why, and none is taken for the usual reason. */
  end(): void {
    this.ending ??= 'stop';
  }

  /** Something of it has come, if only why it ends. */
  get hasBegun(): boolean {
    return this.firstTokenMs !== null || this.ending !== null;
  }

  /** It says nothing and calls nothing. */
  get isEmpty(): boolean {
    return this.#calls.length === 0 && this.#text.trim() === '';
  }

  /** It was cut off where it reached the length that it may have. */
  get isCutAtLength(): boolean {
    return this.ending === 'length';
  }

  message(): AssistantMessage {
    const calls = this.#calls;
    return {
      role: 'assistant',
      content: this.#text === '' && calls.length > 0 ? null : this.#text,
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    };
  }

  usage(sent: readonly Message[]): Usage {
    if (this.#usage) {
      return {
        promptTokens: this.#usage.prompt_tokens,
        completionTokens: this.#usage.completion_tokens,
        estimated: false,
      };
    }
    const completionTokens = estimatedTokens([this.message()]);
    return { promptTokens: estimatedTokens(sent), completionTokens, estimated: true };
  }

  #takeCall(piece: ToolCallPiece): void {
    const { name, arguments: given } = piece.function ?? {};
    const call = this.#openFor(piece, name) ?? this.#begin(piece);
    // Some servers say the name again with each piece.
    if (name && name !== call.function.name) call.function.name += name;
    if (given) call.function.arguments += given;
  }

  /**
   * The call that a piece goes on with: the one with its index. Some servers leave the index out, or give each of several
   * whole calls the same one; some give each piece an id of its own.
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
