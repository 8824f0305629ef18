import type { AssistantMessage, Message } from '../../shared/slot/protocol.ts';
import { estimatedTokens } from '../../shared/slot/tokens.ts';
import type { Chunk, ToolCallPiece } from './chunk.ts';
import type { Usage } from './client.ts';

type ToolCall = NonNullable<AssistantMessage['tool_calls']>[number];

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

  /** It says nothing and calls nothing. */
  get isEmpty(): boolean {
    return this.#calls.length === 0 && this.#text.trim() === '';
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

  /** The pieces of a call share its index. Some servers leave it out, or give each of several whole calls the same. */
  #takeCall(piece: ToolCallPiece): void {
    const index = piece.index ?? this.#calls.length;
    const open = this.#open.get(index);
    const isNext = open === undefined || (piece.id && piece.id !== open.id);
    const call = isNext ? this.#begin(index, piece.id) : open;
    if (piece.function?.name) call.function.name += piece.function.name;
    if (piece.function?.arguments) call.function.arguments += piece.function.arguments;
  }

  #begin(index: number, id: string | null | undefined): ToolCall {
    const call: ToolCall = {
      id: id || `call_${this.#calls.length}`,
      type: 'function',
      function: { name: '', arguments: '' },
    };
    this.#calls.push(call);
    this.#open.set(index, call);
    return call;
  }
}
