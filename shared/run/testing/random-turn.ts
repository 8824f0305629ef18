import type { EventOf } from '../events.ts';

/** A running turn. Planned actions of the turn are dropped when it ends. */
export interface Turn {
  started: EventOf<'attempt.started'>;
  runs: boolean;
  /** The pools of which it holds a lease. */
  held: Set<string>;
}

/** Returns the fields that name the turn in an event. */
export function addressOf({ started }: Turn): { task: string; attempt: number; turn?: string } {
  const { task, attempt, turn } = started;
  return turn === undefined ? { task, attempt } : { task, attempt, turn };
}
