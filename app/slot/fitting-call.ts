import type { LastAnswer } from '../../shared/run/events.ts';
import { fallsBackAtOnce } from '../../shared/slot/fallback.ts';
import type { Message } from '../../shared/slot/message.ts';
import type { TurnAgent } from '../../shared/slot/turn-agent.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import { charactersOf, fitConversation, roomOf, sizeOf } from './fit-conversation.ts';
import { askModel, type CallOutcome } from './model-call.ts';

/** The number of times that one call is repeated with a shorter conversation. */
const MAX_SHORTENINGS = 4;
/** The share of a conversation that is kept after a model refused it as too long. */
const SHARE_KEPT = 0.5;
/**
 * The share of a window, as named by a model, that the conversation may use: the tools and the answer need the rest.
 */
const SHARE_OF_WINDOW = 0.75;

/**
 * Calls the model of one conversation with as much of it as fits the model's context window. If the model refuses a
 * call as too long, tool answers and quoted results are shortened and the call is repeated, a limited number of times.
 * Later calls start with the size found this way. A model whose account has no credit, or whose provider asks to wait
 * for long, is replaced by the next of its fallbacks for the rest of the conversation.
 */
export class FittingCalls {
  readonly #agent: TurnAgent;
  /** The conversation with the model that is called now. */
  #given: AgentLoopInput;
  /** Characters that may be sent; null while no limit is known. */
  #room: number | null;

  constructor(given: AgentLoopInput) {
    this.#agent = given.agent;
    this.#given = given;
    this.#room = null;
    this.#use(given.delegation === undefined ? (given.turn.first_fallback ?? 0) : 0);
  }

  /**
   * @param reported the number of messages that an earlier call has reported
   * @param last why the call must be the last; null if it need not
   */
  async ask(messages: readonly Message[], reported: number, last: LastAnswer | null): Promise<CallOutcome> {
    for (let isRepeated = false; ; isRepeated = true) {
      const asked = await this.#askOne(messages, reported, last, isRepeated);
      const { fallback = 0 } = this.#given;
      const hasNext = fallback < (this.#agent.fallbacks ?? []).length;
      if (asked.status !== 'error' || !hasNext || !fallsBackAtOnce(asked.failure)) return asked;
      this.#use(fallback + 1);
    }
  }

  /** Uses the model of the agent, or a fallback of it (from 1), for this call and the next ones. */
  #use(fallback: number): void {
    const model = fallback === 0 ? this.#agent.model : this.#agent.fallbacks?.[fallback - 1];
    if (model === undefined) return;
    this.#given = { ...this.#given, agent: { ...this.#agent, model }, fallback };
    this.#room = roomOf(this.#given.agent);
  }

  /** Calls one model. */
  async #askOne(
    messages: readonly Message[],
    reported: number,
    last: LastAnswer | null,
    isRepeated: boolean,
  ): Promise<CallOutcome> {
    for (let repeats = 0; ; repeats += 1) {
      const fitted = this.#fit(messages);
      const asked = await askModel(this.#given, { ...fitted, reported, last, isRepeated: isRepeated || repeats > 0 });
      const refusal = asked.status === 'error' ? asked.failure.too_long : undefined;
      if (refusal === undefined || repeats === MAX_SHORTENINGS) return asked;
      const size = sizeOf(fitted.messages);
      this.#room = roomAfter(size, refusal.window_tokens);
      if (sizeOf(this.#fit(messages).messages) >= size) return asked;
    }
  }

  #fit(messages: readonly Message[]) {
    const { turn, tools, delegation } = this.#given;
    const forTools = tools.length === 0 ? 0 : JSON.stringify(tools.map(({ description }) => description)).length;
    const room = this.#room === null ? null : Math.max(0, this.#room - forTools);
    return fitConversation(messages, delegation === undefined ? turn.quoted : undefined, room);
  }
}

/** @param size of the conversation that was refused, in characters @param windowTokens the window that the model named */
function roomAfter(size: number, windowTokens: number | null): number {
  const half = Math.floor(size * SHARE_KEPT);
  return windowTokens === null ? half : Math.min(half, charactersOf(windowTokens * SHARE_OF_WINDOW));
}
