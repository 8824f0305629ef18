import type { RunState } from '../../shared/run/state.ts';

/** Counts the ended tasks of a run. */
export function tasksDone({ tasks }: RunState): number {
  let done = 0;
  for (const { index, status } of tasks.values()) if (index >= 0 && status !== 'pending') done += 1;
  return done;
}
