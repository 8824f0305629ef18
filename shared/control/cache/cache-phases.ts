import { cacheMode } from '../../crew/cache.ts';
import { toolReachesOutside } from '../../crew/resolve-tools.ts';
import type { Crew, Task } from '../../crew/schema.ts';
import { turnNameOf } from '../../run/consensus.ts';
import { resultCostOf } from '../../run/result-cost.ts';
import { filesBehind } from '../../run/source-files.ts';
import type { TaskState } from '../../run/task-state.ts';
import type { ToolTexts } from '../../slot/turn-submission.ts';
import type { CachedResult, CacheLookup } from '../base/cached-result.ts';
import type { TurnToStart } from '../base/plan.ts';

/** The tasks that are being looked up in the cache, and the keys of those that had a miss. */
export class CachePhases {
  readonly #lookups = new Set<string>();
  readonly #keys = new Map<string, NonNullable<CacheLookup['key']>>();

  /** Whether a lookup is in progress. */
  get isBusy(): boolean {
    return this.#lookups.size > 0;
  }

  asked(task: string): void {
    this.#lookups.add(task);
  }

  lookedUp(task: string, { key }: CacheLookup): void {
    this.#lookups.delete(task);
    if (key) this.#keys.set(task, key);
  }

  /** Returns the key to store a task's result under, or null. */
  keyOf(task: string): string | null {
    return this.#keys.get(task)?.hash ?? null;
  }

  /** Returns the tool descriptions that are part of a task's key. Its turns must send the same ones. */
  toolTextsOf(task: string): ToolTexts | undefined {
    return this.#keys.get(task)?.tools;
  }

  /** Discards the key of a task that has ended. */
  ended(task: string): void {
    this.#keys.delete(task);
  }
}

/** Returns the turns with which the task's first attempt starts. */
export function firstTurns({ name, agent, council }: TaskState): TurnToStart[] {
  const of = { task: name, attempt: 1 };
  if (council.length === 0) return [{ ...of, agent: agent ?? '' }];
  return council.map((member) => ({ ...of, agent: member, turn: turnNameOf({ kind: 'propose', agent: member }) }));
}

/**
 * Returns the entry of the cache for a completed task; null if its result must not be stored. If it depends on more
 * than its prompt and files, the task must permit that.
 */
export function entryOf(
  crew: Crew,
  task: Task,
  state: TaskState,
  source: Pick<CachedResult, 'run' | 'rehearsal' | 'text'>,
): CachedResult | null {
  if (cacheMode(crew, task) !== 'read_write' || state.degraded || state.edited) return null;
  if (task.cache !== 'read_write' && reachedOut(crew, state)) return null;
  return {
    ...source,
    task: task.name,
    crew: crew.name,
    agent: state.agent,
    model: state.turns.flatMap((turn) => turn.calls).at(-1)?.model ?? '',
    took: resultCostOf(state),
    files: filesBehind(state),
  };
}

/** Whether a tool reached outside the workspace and the run, called a coworker, or depended on which files exist. */
function reachedOut(crew: Crew, { turns }: TaskState): boolean {
  const tools = turns.flatMap((turn) => turn.tools);
  return (
    turns.some((turn) => turn.delegations.some(({ judges }) => judges === null)) ||
    tools.some(
      ({ name, rehearsed, measured }) => (!rehearsed && toolReachesOutside(name, crew)) || measured?.listing === true,
    )
  );
}
