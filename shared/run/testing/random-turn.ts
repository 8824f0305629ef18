import type { EventOf } from '../events.ts';

/** A turn that runs. What is still to happen in it happens only while it does. */
export interface Turn {
  started: EventOf<'attempt.started'>;
  runs: boolean;
  /** Resources that it holds by a tool. */
  held: Set<string>;
}

/** Whose an event of the turn is. */
export function addressOf({ started }: Turn): { task: string; attempt: number; turn?: string } {
  const { task, attempt, turn } = started;
  return turn === undefined ? { task, attempt } : { task, attempt, turn };
}
