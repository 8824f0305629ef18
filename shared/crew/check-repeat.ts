import { RUN_VARIABLES } from '../expressions/environment.ts';
import { expressionProblems } from './check-flow.ts';
import { taskOfEntry } from './context.ts';
import { loopOf } from './loop.ts';
import type { LooseTask } from './loose.ts';
import type { Path, UnlocatedProblem } from './unlocated-problem.ts';

/** Checks the loop that a task ends: its tasks, and its condition. */
export function repeatProblems(
  tasks: readonly LooseTask[],
  task: LooseTask,
  at: (...path: Path) => Path,
): UnlocatedProblem[] {
  const { name, repeat, context } = task;
  if (!repeat) return [];
  const { from = name, until } = repeat;
  if (!tasks.some((other) => other.name === from)) return [];
  const why = whyInvalid(tasks, task, from);
  if (why !== null) {
    const message = `Task "${name}" repeats from "${from}", which ${why}. Move the loop into a crew.`;
    return [{ code: 'invalid_repeat', message, path: at('repeat', 'from') }];
  }
  if (until === undefined || until === '') return [];
  const known = new Set([...loopOf(tasks, task), ...context.map(taskOfEntry)]);
  return expressionProblems(until, [...RUN_VARIABLES, 'round'], known, {
    key: 'until',
    task: name,
    path: at('repeat', 'until'),
  });
}

/** Returns why the tasks from `from` to this one cannot be a loop, as a phrase about `from`; null if they can. */
function whyInvalid(tasks: readonly LooseTask[], task: LooseTask, from: string): string | null {
  const loop = loopOf(tasks, task);
  if (loop.length === 0) return 'does not lead to it';
  const ends = tasks.filter(({ name }) => name === from || name === task.name);
  if (ends.some(({ for_each }) => for_each)) return 'has for_each';
  const other = tasks.find((one) => one.name !== task.name && loopOf(tasks, one).some((name) => loop.includes(name)));
  return other === undefined ? null : `overlaps the loop of "${other.name}"`;
}
