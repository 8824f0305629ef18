import type { SlotOutcome } from '../../slot/slot-outcome.ts';
import type { TurnKey } from '../../slot/turn-key.ts';
import type { TurnSubmission } from '../../slot/turn-submission.ts';

/** Why the engine cancelled a turn. */
export type Ending = 'timeout' | 'stopped' | 'interrupted' | 'budget';

/** A turn that runs in a slot now. */
export interface ActiveTurn {
  readonly key: TurnKey;
  readonly slot: number;
  readonly agent: string;
  readonly submission: TurnSubmission;
  /** Tasks of its context whose results were shortened. */
  readonly shortened: readonly string[];
  /** The number of the slot's events in the journal. */
  events: number;
  ending: Ending | null;
  /** The turn's result, while it is being written to the task's `output_file`. */
  writing: Extract<SlotOutcome, { status: 'value' }> | null;
  /** The open requests to find or call tools in the process of the engine. */
  readonly toolRequests: Set<string>;
}

/** Returns the fields that identify a turn's attempt in each of its events. */
export function attemptOf({ task, attempt, turn }: Pick<TurnKey, 'task' | 'attempt' | 'turn'>): {
  task: string;
  attempt: number;
  turn?: string;
} {
  return turn === null ? { task, attempt } : { task, attempt, turn };
}
