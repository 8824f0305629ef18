import type { Wait } from '../../scheduler/wait-cycles.ts';

/** The turn of another row that just freed a slot. */
export interface FreedBy {
  row: number;
  task: string;
}

/** The free units of a pool over all rows. */
export interface Room {
  pool: string;
  free: number;
}

/** A row's use of a resource. `users` has the names that the tool reports. */
export interface ResourceUse {
  users: readonly string[];
  /** The number of times it was acquired. */
  usage: number;
}

/** The resources that a run shares with the other rows of its batch, as one row reads them. */
export interface SharedResources {
  /** Returns whether this wait would create a deadlock across all rows. */
  wouldDeadlock(wait: Wait): boolean;
  /** Returns all rows' use of a shared pool and its free units; null if the pool belongs to the row alone. */
  use(resource: string): (ResourceUse & { free: number }) | null;
  /** Adds to the cost of the batch. Returns the sum over all rows, in US dollars. */
  spend(usd: number): number;
  /** Adds to the tokens of the batch. Returns the sum over all rows. */
  spendTokens(count: number): number;
}
