import type { TurnKey, TurnSubmission } from '../../../shared/slot/protocol.ts';

/** Why the engine told a turn to stop. */
export type Ending = 'timeout' | 'stopped' | 'interrupted' | 'budget';

/** A resource that an attempt holds by a tool; taken again it is only counted. */
export interface HeldLease {
  id: string;
  holder: string;
  count: number;
}

/** A turn that runs in a slot now. */
export interface ActiveTurn {
  readonly key: TurnKey;
  readonly slot: number;
  readonly agent: string;
  readonly submission: TurnSubmission;
  /** Tasks of its context whose results were shortened. */
  readonly shortened: readonly string[];
  readonly leases: Map<string, HeldLease>;
  /** The slot's events that have been journalled. */
  events: number;
  ending: Ending | null;
  /** Its value, while it is being written to the task's `output_file`. */
  writing: string | null;
}

/** What belongs to a turn's attempt in every event of it. */
export function attemptOf({ key }: ActiveTurn): { task: string; attempt: number; turn?: string } {
  const { task, attempt, turn } = key;
  return turn === null ? { task, attempt } : { task, attempt, turn };
}
