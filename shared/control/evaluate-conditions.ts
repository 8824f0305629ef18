import type { Condition, ConditionResult } from '../expressions/evaluate-expression.ts';
import { untilOf, whenOf } from './conditions/conditions.ts';
import type { ControlState } from './control-state.ts';
import { startedOf } from './run-facts.ts';

/** Requests the next evaluation of a `when` or an `until`. Returns false if none is due. */
export function evaluateNext(control: ControlState): boolean {
  return (
    request(control, 'when', control.scheduler.conditions()) || request(control, 'until', control.scheduler.untils())
  );
}

function request(control: ControlState, of: 'when' | 'until', waiting: readonly string[]): boolean {
  const { conditions, run } = control;
  const name = conditions.next(waiting);
  if (name !== null && of === 'until' && startedOf(run).rehearsal) {
    rehearseUntil(control, name);
    return true;
  }
  const condition = name === null ? null : conditionFor(control, of, name);
  if (name === null || condition === null) return false;
  conditions.requested(name);
  control.effect({ type: 'evaluate', task: name, of, condition });
  return true;
}

/** The results of a rehearsal say nothing about the condition of a loop, so the loop ends after its second round. */
function rehearseUntil(control: ControlState, task: string): void {
  const round = control.run.tasks.get(task)?.expansion?.round ?? 1;
  control.emit({ type: 'task.condition', task, of: 'until', value: round >= 2, detail: 'a rehearsal has two rounds' });
}

function conditionFor(control: ControlState, of: 'when' | 'until', name: string): Condition | null {
  const task = control.tasks.get(name);
  if (!task) return null;
  return of === 'when' ? whenOf(task, control.givenFor(name)) : untilOf(task, control.givenFor(name));
}

/** Handles the value of a `when` or an `until`. It may come too late: the task or the run may have ended. */
export function conditionEvaluated(
  control: ControlState,
  { task, of, result }: { task: string; of: 'when' | 'until'; result: ConditionResult },
): void {
  control.conditions.evaluated(task);
  if (control.isOver || control.run.tasks.get(task)?.status !== 'pending') return;
  const event = { type: 'task.condition', task, of } as const;
  if (result.ok) control.emit({ ...event, value: result.value, detail: result.detail });
  else control.emit({ ...event, value: null, detail: `${of} of task "${task}": ${result.message}` });
}
