import type { ConditionResult } from '../expressions/evaluate-expression.ts';
import { whenOf } from './conditions/conditions.ts';
import type { ControlState } from './control-state.ts';

/** Requests the next evaluation of a `when`. Returns false if none is due. */
export function evaluateNext(control: ControlState): boolean {
  const { conditions, scheduler, tasks } = control;
  const name = conditions.next(scheduler.conditions());
  const task = name === null ? undefined : tasks.get(name);
  if (name === null || !task) return false;
  const condition = whenOf(task, control.givenFor(name));
  if (condition === null) return false;
  conditions.requested(name);
  control.effect({ type: 'evaluate', task: name, of: 'when', condition });
  return true;
}

/** Handles the value of a `when`. It may come too late: the task or the run may have ended. */
export function conditionEvaluated(control: ControlState, task: string, result: ConditionResult): void {
  control.conditions.evaluated(task);
  if (control.isOver || control.run.tasks.get(task)?.status !== 'pending') return;
  const event = { type: 'task.condition', task, of: 'when' } as const;
  if (result.ok) control.emit({ ...event, value: result.value, detail: result.detail });
  else control.emit({ ...event, value: null, detail: `when of task "${task}": ${result.message}` });
}
