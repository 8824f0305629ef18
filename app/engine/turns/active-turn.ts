import type { TurnKey, TurnSubmission } from '../../../shared/slot/protocol.ts';
import type { Deadline } from './deadline.ts';

/** Why the engine told a turn to stop. */
export type Ending = 'timeout' | 'stopped' | 'interrupted' | 'budget';

/** A resource that an attempt holds by a tool; taken again it is only counted. */
export interface HeldLease {
  id: string;
  holder: string;
  count: number;
}

/** A turn that a slot carries now. An outcome counts only for a turn that is in the table of these: the fence. */
export interface ActiveTurn {
  readonly key: TurnKey;
  readonly slot: number;
  readonly agent: string;
  readonly submission: TurnSubmission;
  readonly deadline: Deadline;
  /** Tasks of its context whose results were shortened. */
  readonly shortened: readonly string[];
  readonly leases: Map<string, HeldLease>;
  /** The slot's events that have been journalled. */
  events: number;
  ending: Ending | null;
}

/** What belongs to a turn's attempt in every event of it. */
export function attemptOf({ key }: ActiveTurn): { task: string; attempt: number; turn?: string } {
  const { task, attempt, turn } = key;
  return turn === null ? { task, attempt } : { task, attempt, turn };
}
