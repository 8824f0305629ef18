import { loopOf } from '../crew/loop.ts';
import type { Task } from '../crew/schema.ts';
import { closingOf } from '../run/expansion/grow-rounds.ts';
import { roundName } from '../run/expansion/task-names.ts';
import { completeTask, taskEnded } from './complete-task.ts';
import type { ControlState } from './control-state.ts';
import { tooManyTasks } from './expansion/items.ts';

/** Begins the next round of the loop that a task ends. The task fails if that is not possible. */
export function expandRound(control: ControlState, closing: Task): void {
  const { run, results } = control;
  const { name } = closing;
  const count = (run.crew.loops?.[name] ?? loopOf(run.crew.tasks, closing)).length;
  const problem = tooManyTasks(name, run.tasks.size, count);
  if (problem !== null) {
    control.emit({ type: 'task.failed', task: name, kind: 'expansion', message: problem });
    taskEnded(control, name);
    return;
  }
  const round = (run.tasks.get(name)?.expansion?.round ?? 0) + 1;
  control.emit({ type: 'task.expanded', task: name, kind: 'repeat', count, round });
  results.grow(run.crew);
}

/** Completes a task of a loop with the result of its last round. */
export function joinRounds(control: ControlState, task: Task): void {
  const { run, results } = control;
  const round = run.tasks.get(task.name)?.expansion?.round ?? 1;
  const text = results.of(roundName(task.name, round)) ?? '';
  completeTask(control, task.name, text, { unmet: unmetUntil(control, task.name) });
}

/** Returns why a loop ended although its condition was not true, as a list; empty for a loop that ended as it should. */
function unmetUntil({ run }: ControlState, task: string): string[] {
  const closing = closingOf(run.crew, task);
  const state = closing === null ? undefined : run.tasks.get(closing);
  const last = state?.conditions.findLast(({ of }) => of === 'until');
  return last?.value === false ? [`"until" was not true after ${state?.expansion?.round} rounds`] : [];
}
