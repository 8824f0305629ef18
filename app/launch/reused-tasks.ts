import type { ReusedTask } from '../../shared/control/reused-tasks.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { resultCostOf } from '../../shared/run/result-cost.ts';
import { filesBehind } from '../../shared/run/source-files.ts';
import type { TaskState } from '../../shared/run/state.ts';
import type { LoadedRun } from './load-run.ts';

/**
 * Returns the ends of the tasks in `reused` from an earlier run, for a new run of `crew`.
 * @param stale the reasons why results are stale, by task
 */
export function reusedTasks(
  { state, started, texts }: LoadedRun,
  crew: Crew,
  reused: ReadonlySet<string>,
  stale: ReadonlyMap<string, string>,
): ReusedTask[] {
  return crew.tasks.flatMap(({ name, agent }) => {
    const task = state.tasks.get(name);
    const end = task && reused.has(name) ? endOf(task, texts.get(name) ?? '', stale.get(name) ?? task.stale) : null;
    if (!task || !end) return [];
    const assigned = agent === undefined ? task.agent : null;
    return [{ task: name, from: task.reusedFrom ?? started.run, assigned, end }];
  });
}

function endOf(task: TaskState, text: string, stale: string | null): ReusedTask['end'] | null {
  switch (task.status) {
    case 'completed': {
      const { degraded, missing, shortened, edited } = task;
      const origin = { took: resultCostOf(task), files: filesBehind(task), stale };
      return { status: 'completed', text, ...origin, degraded, missing, shortened, edited };
    }
    case 'failed':
      return task.error && { status: 'failed', error: task.error };
    case 'skipped':
      return { status: 'skipped', because: task.skippedBecause };
    case 'not_chosen':
    case 'cancelled':
      return { status: task.status };
    case 'pending': // A plan reuses only tasks that have ended.
      return null;
  }
}
