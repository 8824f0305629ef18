import type {
  LimitDraft,
  LimitsAction,
  LimitsBefore,
  LimitsChange,
  Throttle,
} from '../../../shared/control/limits/limit-actions.ts';
import { Limits, type RunLimits } from '../../../shared/control/limits/limits.ts';
import type { LimitSettings } from '../../../shared/control/limits/settings.ts';
import type { LimitedRow } from './share.ts';

/**
 * The limits of all rows of a batch: a provider counts the requests of all rows together. They use a separate clock,
 * because each row's run time starts with the row. Every row journals the changes of a limit in its own run time.
 */
export class SharedLimits {
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #rows = new Map<number, RowLimits>();
  #lastRow = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `monotonicMs` returns milliseconds from any origin and never decreases. */
  constructor(slots: number, settings: LimitSettings, monotonicMs: () => number) {
    this.#now = () => Math.round(monotonicMs());
    this.#limits = new Limits(slots, settings);
  }

  /** Restores the state that earlier processes of the batch left, in the time of the limits' own clock. */
  restore(before: LimitsBefore): void {
    this.#limits.restore(before);
  }

  /** Adds a row. Returns its limits and a function that removes the row. Its first actions report cooldowns. */
  join(row: LimitedRow): { limits: RunLimits; leave: () => void } {
    this.#lastRow += 1;
    const number = this.#lastRow;
    const joined = new RowLimits(this, row, `${number} `);
    this.#rows.set(number, joined);
    const now = this.#now();
    for (const draft of this.#limits.cooldowns(now)) joined.add({ type: 'limit.changed', draft }, now);
    return { limits: joined, leave: () => this.#rows.delete(number) };
  }

  setSlots(slots: number): void {
    this.change({ type: 'slots.set', slots });
  }

  /** Cancels the timer. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  change(change: LimitsChange): void {
    this.#limits.reduce(change, this.#now());
    this.#settle();
    if (change.type !== 'permit.returned') return;
    // Throttled requests may start earlier.
    for (const row of this.#rows.values()) row.wakeIfThrottled();
  }

  throttleOf(endpoint: string | null, agent: string): Throttle | null {
    return this.#limits.throttleOf(this.#now(), endpoint, agent);
  }

  /** Hands every action that is due to its rows, then wakes them. */
  #settle(): void {
    const now = this.#now();
    const woken = new Set<RowLimits>();
    for (let action = this.#limits.next(now); action !== null; action = this.#limits.next(now)) {
      this.#limits.reduce(action, now);
      for (const row of this.#rowsOf(action)) {
        row.add(action, now);
        woken.add(row);
      }
    }
    this.#setTimer();
    for (const row of woken) row.wake();
  }

  #rowsOf(action: LimitsAction): RowLimits[] {
    if (action.type === 'limit.changed') return [...this.#rows.values()];
    const row = this.#rows.get(Number.parseInt(action.request, 10));
    return row ? [row] : [];
  }

  #setTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const now = this.#now();
    const at = this.#limits.wakeAt(now);
    // An action may have become due since the last one.
    if (at !== null) this.#timer = setTimeout(() => this.#settle(), Math.max(0, at - now));
  }
}

/** The shared limits as one row sees them. It queues the row's actions until the row performs them. */
class RowLimits implements RunLimits {
  readonly #shared: SharedLimits;
  readonly #row: LimitedRow;
  /** Precedes the row's ids, which are unique only within it. */
  readonly #prefix: string;
  readonly #actions: LimitsAction[] = [];
  /** The agents that were throttled at the row's last query. */
  readonly #throttled = new Set<string>();

  constructor(shared: SharedLimits, row: LimitedRow, prefix: string) {
    this.#shared = shared;
    this.#row = row;
    this.#prefix = prefix;
  }

  /** Adds an action that was due at `now` of the shared limits. */
  add(action: LimitsAction, now: number): void {
    if (action.type === 'limit.changed') this.#actions.push({ ...action, draft: this.#inRowTime(action.draft, now) });
    else this.#actions.push({ ...action, request: action.request.slice(this.#prefix.length) });
  }

  wake(): void {
    this.#row.wake();
  }

  wakeIfThrottled(): void {
    if (this.#throttled.size > 0) this.#row.wake();
  }

  reduce(change: LimitsChange): void {
    switch (change.type) {
      case 'limit.changed':
      case 'permit.granted':
      case 'permit.refused':
        this.#actions.shift();
        return;
      case 'permit.requested': {
        const { request } = change;
        this.#shared.change({ ...change, request: { ...request, id: this.#prefix + request.id } });
        return;
      }
      case 'permit.withdrawn':
        this.#shared.change({ ...change, request: this.#prefix + change.request });
        return;
      case 'permit.returned':
      case 'slots.set':
        this.#shared.change(change);
        return;
      default:
        change satisfies never;
    }
  }

  next(): LimitsAction | null {
    return this.#actions[0] ?? null;
  }

  /** The shared limits wake the row. */
  wakeAt(): null {
    return null;
  }

  throttleOf(_t: number, endpoint: string | null, agent: string): Throttle | null {
    const throttle = this.#shared.throttleOf(endpoint, agent);
    if (throttle) this.#throttled.add(agent);
    else this.#throttled.delete(agent);
    return throttle;
  }

  #inRowTime(draft: LimitDraft, now: number): LimitDraft {
    if (draft.until === undefined) return draft;
    return { ...draft, until: Math.max(0, this.#row.now() + draft.until - now) };
  }
}
