import { isInLoop } from '../run/expansion/grow-rounds.ts';
import type { Work } from '../scheduler/expand.ts';
import type { ControlState } from './control-state.ts';
import { expandItems, joinItems } from './expand-items.ts';
import { expandRound, joinRounds } from './expand-rounds.ts';
import { expandStep, joinStep } from './expand-step.ts';

/** Expands a task, or joins the results of the tasks that it expanded to. */
export function doWork(control: ControlState, { do: what, task: name }: Work): void {
  const task = control.tasks.get(name);
  const isLoop = task !== undefined && (task.repeat !== undefined || isInLoop(task));
  const isStep = task?.crew !== undefined && !task.for_each;
  switch (what) {
    case 'expand':
      if (isLoop) expandRound(control, task);
      else if (isStep) expandStep(control, task);
      else expandItems(control, name);
      return;
    case 'join':
      if (isLoop) joinRounds(control, task);
      else if (isStep) joinStep(control, task);
      else joinItems(control, name);
      return;
    default:
      what satisfies never;
  }
}

/** Adds the tasks that are known before anything runs: those of crew files without a list, and of the first rounds of loops. */
export function expandSteps(control: ControlState): void {
  const isStep = ({ do: what, task }: Work) => what === 'expand' && control.tasks.get(task)?.for_each === undefined;
  for (let work = control.scheduler.work().find(isStep); work; work = control.scheduler.work().find(isStep))
    doWork(control, work);
}
