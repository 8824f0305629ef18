import type { LimitSettings, LimitsBefore } from '../../../shared/control/limits/limits.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import { type Permits, RateLimiter } from '../limits/rate-limiter.ts';

/** A row that asks for permits. */
interface Row {
  now: () => number;
  tell: (draft: EventDraft) => void;
  changed: () => void;
}

/**
 * One limiter for all rows of a batch: a provider limits what it is asked by all of them together. It has a clock of its
 * own, since each row's run time begins with the row; what happens to a limit is told to every row, in the row's time.
 */
export class SharedLimiter {
  readonly #limiter: RateLimiter;
  readonly #now: () => number;
  readonly #rows = new Set<Row>();
  #lastRow = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param monotonicMs milliseconds from any origin, never going back */
  constructor(slots: number, settings: LimitSettings, monotonicMs: () => number) {
    this.#now = () => Math.round(monotonicMs());
    this.#limiter = new RateLimiter(slots, settings, (draft) => this.#tell(draft));
  }

  /** Goes on from what the process has left that carried the batch before, dated by the limiter's own clock. */
  goOnFrom(before: LimitsBefore): void {
    this.#limiter.restore(before);
  }

  /** Permits for one more row, and the function with which it leaves. It is told of what holds already. */
  join(
    now: () => number,
    tell: (draft: EventDraft) => void,
    changed: () => void,
  ): { permits: Permits; leave: () => void } {
    const row: Row = { now, tell, changed };
    this.#rows.add(row);
    const here = this.#now();
    for (const draft of this.#limiter.cooldowns(here)) tell(inTimeOf(row, draft, here));
    this.#lastRow += 1;
    const number = this.#lastRow;
    const own = (id: string) => `${number} ${id}`;
    const leave = () => this.#rows.delete(row);
    return { permits: this.#permits(own), leave };
  }

  setSlots(slots: number): void {
    this.#limiter.setSlots(this.#now(), slots);
    this.#setTimer();
  }

  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #permits(own: (id: string) => string): Permits {
    return {
      setSlots: (_t, slots) => this.setSlots(slots),
      acquire: (_t, endpoint, request) => {
        this.#limiter.acquire(this.#now(), endpoint, { ...request, id: own(request.id) });
        this.#setTimer();
      },
      cancel: (_t, id) => this.#limiter.cancel(this.#now(), own(id)),
      release: (_t, permit, report) => {
        this.#limiter.release(this.#now(), permit, report);
        this.#setTimer();
        for (const row of this.#rows) row.changed();
      },
      throttleOf: (_t, endpoint, agent) => this.#limiter.throttleOf(this.#now(), endpoint, agent),
      wake: () => this.#wake(),
      // It wakes itself: a row that waits may not be the one that is told.
      wakeAt: () => null,
    };
  }

  #wake(): void {
    this.#limiter.wake(this.#now());
    this.#setTimer();
  }

  #setTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const now = this.#now();
    const at = this.#limiter.wakeAt(now);
    // It may have come since the limiter was last woken.
    if (at !== null) this.#timer = setTimeout(() => this.#wake(), Math.max(0, at - now));
  }

  #tell(draft: EventDraft): void {
    for (const row of this.#rows) row.tell(inTimeOf(row, draft, this.#now()));
  }
}

/** The same, its `until` as the row counts time. */
function inTimeOf({ now }: Row, draft: EventDraft, here: number): EventDraft {
  if (draft.type !== 'limiter' || draft.until === undefined) return draft;
  return { ...draft, until: Math.max(0, now() + draft.until - here) };
}
