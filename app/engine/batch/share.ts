import type { EventDraft } from '../../../shared/run/events.ts';
import type { Permits } from '../limiter.ts';

/** The turn of another row that a slot was just freed by. */
export interface FreedBy {
  row: number;
  task: string;
}

/** The slots of a batch, as one of its rows sees them: a slot is the row's for one turn at a time. */
export interface SlotShare {
  /** Said once, before anything is told. `granted` is called whenever a slot is the row's. */
  join(granted: (slot: number, from: FreedBy | null) => void): void;
  /**
   * What is the row's now, and the rank of the turn that it would start if it had a slot more (null: none). What it held
   * before and names no more is free for others.
   */
  tell(held: ReadonlySet<number>, wish: number | null): void;
}

/** What a row of a batch shares with the other rows: slots, the providers' limits and the budget. */
export interface BatchShare {
  /** The clock's reading at the batch's time 0. */
  startedAtMonotonicMs: number;
  slots: SlotShare;
  /** @param now the row's run time @param tell what happens to the limits, for the row's journal */
  limiter(now: () => number, tell: (draft: EventDraft) => void): Permits;
  /** Adds to what the batch has cost. Returns the sum over all rows, in US dollars. */
  spend(usd: number): number;
}
