import type { Failure } from '../../run/error-kind.ts';
import { RATE_LIMIT_PATIENCE_MS } from '../base/patience.ts';
import type { CallReport } from './call-report.ts';
import type { LimitDraft, RestoredCooldown } from './limit-actions.ts';

const MIN_COOLDOWN_MS = 1000;
/** Without a time to wait, each refusal that follows a cooldown doubles it, up to 2 to this power times the shortest. */
const MAX_DOUBLINGS = 6;
/** The number of answers in a row that raises the call limit by one. */
const ANSWERS_TO_RAISE = 10;

/**
 * The number of calls that one endpoint may have in flight: one per slot at first, halved by a refusal, raised by ten
 * answers in a row. After a refusal the endpoint cools down for as long as the provider asks.
 */
export class CallLimit {
  readonly #origin: string;
  #slots: number;
  #most: number;
  #inFlight = 0;
  /** Answers in a row. */
  #answered = 0;
  /** Refusals in a row, of which those during a cooldown count once. */
  #refusals = 0;
  #cooldownUntil = 0;
  #accountRefusal: Failure | null = null;

  constructor(origin: string, slots: number) {
    this.#origin = origin;
    this.#slots = slots;
    this.#most = slots;
  }

  /** The run time at which the cooldown ends; in the past if there is none. */
  get cooldownUntil(): number {
    return this.#cooldownUntil;
  }

  /** Whether all permitted calls are in flight. */
  get isReached(): boolean {
    return this.#inFlight >= this.#most;
  }

  /** Why the provider refuses the account, so that no more calls are made in this run; null if it does not. */
  get accountRefusal(): Failure | null {
    return this.#accountRefusal;
  }

  /** Counts a call that starts. */
  start(): void {
    this.#inFlight += 1;
  }

  /**
   * Counts a call that has ended at run time `t`; null: with its turn, so that its end is unknown. Returns the event that
   * records a changed limit, or null.
   */
  end(t: number, end: CallReport['end'] | null): LimitDraft | null {
    this.#inFlight -= 1;
    if (end === null) return null;
    if (end === 'answered') return this.#raise();
    if (end === 'failed') this.#answered = 0;
    else if ('noCredit' in end) this.#accountRefusal = end.noCredit;
    else return this.#refuse(t, end.retryAfterMs);
    return null;
  }

  /** A limit that no refusal has lowered follows the number of slots. */
  setSlots(slots: number): void {
    if (this.#most === this.#slots) this.#most = slots;
    this.#slots = slots;
  }

  restore({ callLimit, until }: RestoredCooldown): void {
    this.#most = Math.min(this.#most, callLimit);
    this.#cooldownUntil = Math.max(this.#cooldownUntil, until);
  }

  /** Returns the event that records a cooldown at run time `t` in a journal that does not know it, or null. */
  cooldown(t: number): LimitDraft | null {
    return this.#cooldownUntil > t ? this.#draft('set', this.#cooldownUntil) : null;
  }

  /**
   * Calls that are refused together halve the call limit once. One that asks for a longer wait extends the cooldown. No
   * cooldown is longer than a task waits for a rate limit, so a task whose provider asks for more fails and the run ends.
   */
  #refuse(t: number, retryAfterMs: number | null): LimitDraft | null {
    this.#answered = 0;
    const isCooling = t < this.#cooldownUntil;
    const backoffMs = MIN_COOLDOWN_MS * 2 ** (isCooling ? 0 : Math.min(this.#refusals, MAX_DOUBLINGS));
    if (!isCooling) this.#refusals += 1;
    const until = t + Math.min(Math.max(retryAfterMs ?? backoffMs, MIN_COOLDOWN_MS), RATE_LIMIT_PATIENCE_MS);
    if (until <= this.#cooldownUntil) return null;
    this.#cooldownUntil = until;
    if (!isCooling) this.#most = Math.max(1, Math.floor(this.#most / 2));
    return this.#draft(isCooling ? 'extended' : 'refused', until);
  }

  #raise(): LimitDraft | null {
    this.#refusals = 0;
    if (this.#most >= this.#slots) return null;
    this.#answered += 1;
    if (this.#answered < ANSWERS_TO_RAISE) return null;
    this.#answered = 0;
    this.#most += 1;
    return this.#draft('recovered');
  }

  #draft(reason: LimitDraft['reason'], until?: number): LimitDraft {
    const event = { type: 'limiter', origin: this.#origin, in_flight: this.#most, reason } as const;
    return until === undefined ? event : { ...event, until };
  }
}
