import type { FileContent, ResultCost } from '../../run/events.ts';
import type { ToolTexts } from '../../slot/turn-submission.ts';

/** A result that the cache keeps for later runs. */
export interface CachedResult {
  task: string;
  crew: string;
  /** The agent that executed the task, or whose proposal won. */
  agent: string | null;
  model: string;
  rehearsal: boolean;
  /** The run that produced the result. */
  run: string;
  text: string;
  took: ResultCost;
  /** Workspace files with their required hashes; null: the file must not exist. */
  files: FileContent[];
}

/** The result of a lookup, with the key to store the task's result under; null if it cannot be stored. */
export type CacheLookup = { key: { hash: string; tools: ToolTexts } | null } & (
  | { status: 'hit'; result: CachedResult; shortened: readonly string[] }
  /** `changed`: a result is stored, but these files have changed since. */
  | { status: 'missed'; changed: readonly string[] }
);
