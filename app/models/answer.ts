import type OpenAI from 'openai';
import type { AssistantMessage, Message } from '../../shared/slot/protocol.ts';
import type { Usage } from './client.ts';

type Chunk = OpenAI.Chat.ChatCompletionChunk;
type ToolCall = NonNullable<AssistantMessage['tool_calls']>[number];

/** A usual length of a token, where a provider tells no numbers. */
const CHARACTERS_PER_TOKEN = 4;

/** An answer that is put together from the pieces of a stream. */
export class Answer {
  firstTokenMs: number | null = null;
  /** The provider said that it is complete. */
  finished = false;
  readonly #start: number;
  readonly #onText: (delta: string) => void;
  readonly #calls = new Map<number, ToolCall>();
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
    if (choice.finish_reason) this.finished = true;
  }

  message(): AssistantMessage {
    const calls = [...this.#calls.values()];
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
    const estimate = (messages: readonly Message[]) =>
      Math.ceil(JSON.stringify(messages).length / CHARACTERS_PER_TOKEN);
    return { promptTokens: estimate(sent), completionTokens: estimate([this.message()]), estimated: true };
  }

  /** The pieces of a call share its index; some servers leave it out and send each call in one piece. */
  #takeCall(piece: NonNullable<Chunk['choices'][number]['delta']['tool_calls']>[number]): void {
    const index = piece.index ?? this.#calls.size;
    const known = this.#calls.get(index);
    const call: ToolCall = known ?? { id: '', type: 'function', function: { name: '', arguments: '' } };
    if (!known) this.#calls.set(index, call);
    if (piece.id) call.id = piece.id;
    if (call.id === '') call.id = `call_${index}`;
    if (piece.function?.name) call.function.name += piece.function.name;
    if (piece.function?.arguments) call.function.arguments += piece.function.arguments;
  }
}
