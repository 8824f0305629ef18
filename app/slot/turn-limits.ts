import type { Failure } from '../../shared/run/error-kind.ts';
import type { LastAnswer } from '../../shared/run/events.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';

/** Whether a conversation may call its model: as it wants, for a last answer without tools, or not at all. */
export type NextCall = { status: 'free' } | { status: 'last'; why: LastAnswer } | { status: 'none'; failure: Failure };

/**
 * What the limits of a task leave to one of its turns. All conversations of the turn share it. The agent keeps enough
 * calls for its answer and for those who judge it.
 */
export class TurnLimits {
  readonly #judges: number;
  #calls: number;
  #tokens: number;

  constructor({ limits = {}, guardrails, manager }: Pick<TurnSubmission, 'limits' | 'guardrails' | 'manager'>) {
    const judges = guardrails?.rules.filter(({ judge }) => judge !== undefined).length ?? 0;
    this.#judges = judges + (manager === undefined ? 0 : 1);
    this.#calls = limits.calls ?? Number.POSITIVE_INFINITY;
    this.#tokens = limits.tokens ?? Number.POSITIVE_INFINITY;
  }

  /** Counts a model call that has ended. Failed calls count with their tokens only. */
  count({ isAnswered, tokens }: { isAnswered: boolean; tokens: number }): void {
    if (isAnswered) this.#calls -= 1;
    this.#tokens -= tokens;
  }

  /**
   * Returns whether a conversation may make another call.
   * @param of the agent of the turn, a coworker of it, or a judge of its answer
   * @param hadLast the conversation has already been called for a last answer because of the tokens
   */
  next(of: 'agent' | 'coworker' | 'judge', hadLast: boolean): NextCall {
    const reserved = of === 'judge' ? 0 : of === 'agent' ? this.#judges : this.#judges + 1;
    if (this.#calls <= 0 || (of === 'coworker' && this.#calls <= reserved)) return none('call_limit');
    if (this.#tokens <= 0) return hadLast ? none('token_limit') : { status: 'last', why: 'token_limit' };
    return this.#calls - reserved <= 1 ? { status: 'last', why: 'call_limit' } : { status: 'free' };
  }
}

function none(limit: Limit): NextCall {
  return { status: 'none', failure: limitReached(limit) };
}

type Limit = Extract<LastAnswer, `${string}_limit`>;

/** Returns the failure of a task that used up a limit without a usable answer. */
export function limitReached(limit: Limit): Failure {
  const message = `The task used up its ${limit} without a usable answer. Raise ${limit}, or make the task clearer.`;
  return { kind: 'limit', message };
}
