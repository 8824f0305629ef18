import type { FreedBy, ResourceUse, Room } from '../../../shared/control/base/shared-resources.ts';
import type { ControlContext } from '../../../shared/control/context.ts';
import type { RunLimits } from '../../../shared/control/limits/limits.ts';
import type { Candidate } from '../../../shared/scheduler/decide.ts';
import type { SharedDemand } from '../../../shared/scheduler/scheduler.ts';
import type { Wait, WaitGraph } from '../../../shared/scheduler/wait-cycles.ts';

/** The interface through which a batch grants slots and units to a row. */
export interface RowSide {
  /** Grants the row a slot and the units that the candidate's turn needs. */
  granted(slot: number, candidate: Candidate, from: FreedBy | null): void;
  /** Grants a unit to a running turn that waits for it. */
  leased(id: string): void;
  /** Reports a pool's free units if the row's demand no longer matches the last report. */
  room(room: Room): void;
  /** Returns which running turns wait for which resources, and which turns hold them. */
  waits(): WaitGraph;
  /** Returns the current users of a resource and the number of times it was acquired. */
  use(resource: string): ResourceUse;
}

/**
 * The slots of a batch and its other shared resources (declared pools, concurrent turns of an agent), as one of
 * its rows sees them. A slot is the row's for one turn at a time.
 */
export interface SlotShare {
  /** Adds the row. Call this once, before any other method. */
  join(row: RowSide): void;
  /**
   * Reports the slots that the row holds and its demand: turns to start, and units that running turns wait for. A slot
   * that the row held before and no longer reports becomes free for other rows.
   */
  report(held: ReadonlySet<number>, sharing: SharedDemand): void;
  /** Returns whether this wait would create a deadlock across all rows. */
  wouldDeadlock(wait: Wait): boolean;
  /** Returns all rows' use of a shared pool and its free units; null if the pool belongs to the row alone. */
  use(resource: string): (ResourceUse & { free: number }) | null;
}

/** A row that requests permits from the limits of its batch. */
export interface LimitedRow {
  /** The row's run time in ms. */
  now(): number;
  /** Called when the limits have an action for the row, or have changed. */
  wake(): void;
}

/** The resources that the rows of a batch share: slots, the providers' limits and the budget. */
export interface BatchResources {
  /** The monotonic clock at the start of the batch, in ms. */
  startedAtMonotonicMs: number;
  slots: SlotShare;
  /** Returns the limits that all rows share, as this row sees them. */
  limits(row: LimitedRow): RunLimits;
  /** Adds to the cost of the batch. Returns the sum over all rows, in US dollars. */
  spend(usd: number): number;
  /** Adds to the tokens of the batch. Returns the sum over all rows. */
  spendTokens(count: number): number;
}

/** Returns the shared resources as the controller of one row reads them. */
export function sharedResources(share: BatchResources, row: LimitedRow): ControlContext['batch'] {
  return {
    limits: share.limits(row),
    wouldDeadlock: (wait) => share.slots.wouldDeadlock(wait),
    use: (resource) => share.slots.use(resource),
    spend: (usd) => share.spend(usd),
    spendTokens: (count) => share.spendTokens(count),
  };
}
