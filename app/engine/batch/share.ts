import type { RunLimits } from '../../../shared/control/limits/limits.ts';
import type { Candidate } from '../../../shared/scheduler/decide.ts';
import type { SharedDemand } from '../../../shared/scheduler/scheduler.ts';
import type { Wait, WaitGraph } from '../../../shared/scheduler/wait-cycles.ts';
import type { Room } from './unit-ledger.ts';

/** The turn of another row that a slot was just freed by. */
export interface FreedBy {
  row: number;
  task: string;
}

/** A row, as the others' slots and pools know it. */
export interface RowSide {
  /** A slot is the row's for the turn of `wish`, and what that needs besides. */
  granted(slot: number, candidate: Candidate, from: FreedBy | null): void;
  /** A unit is given to a running turn that waits for it. */
  leased(id: string): void;
  /** What the row wants of a pool would find this room, where it last heard otherwise. */
  room(room: Room): void;
  /** Which running turns wait for which resources, and who has them. */
  waits(): WaitGraph;
  /** Who uses a resource now, and how often it has been taken. */
  use(resource: string): ResourceUse;
}

/** What one row does with a resource; `users` are named as the tool names them. */
export interface ResourceUse {
  users: readonly string[];
  usage: number;
}

/**
 * The slots of a batch and what else its rows share (declared pools, the turns that an agent may run at once), as one of
 * its rows sees them. A slot is the row's for one turn at a time.
 */
export interface SlotShare {
  /** Said once, before anything is told. */
  join(row: RowSide): void;
  /**
   * What is the row's now, and what it would take: turns that it would start, and units that running ones wait for. What
   * it held before and names no more is free for others.
   */
  tell(held: ReadonlySet<number>, sharing: SharedDemand): void;
  /** Whether a turn of the row that waited for `resource` would wait for ever, over all rows. */
  wouldDeadlock(wait: Wait): boolean;
  /** What all rows together do with a shared pool, and what is free of it; null where it is the row's own. */
  use(resource: string): (ResourceUse & { free: number }) | null;
}

/** A row that requests permits from the limits of its batch. */
export interface LimitedRow {
  /** The row's run time in ms. */
  now(): number;
  /** The limits have something for the row, or have changed. */
  wake(): void;
}

/** What a row of a batch shares with the other rows: slots, the providers' limits and the budget. */
export interface BatchResources {
  /** The clock's reading at the batch's time 0. */
  startedAtMonotonicMs: number;
  slots: SlotShare;
  /** Returns the limits that all rows share, as this row sees them. */
  limits(row: LimitedRow): RunLimits;
  /** Adds to what the batch has cost. Returns the sum over all rows, in US dollars. */
  spend(usd: number): number;
}
