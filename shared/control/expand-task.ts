import type { Work } from '../scheduler/expand.ts';
import type { ControlState } from './control-state.ts';
import { expandItems, joinItems } from './expand-items.ts';

/** Expands a task, or joins the results of the tasks that it expanded to. */
export function doWork(control: ControlState, work: Work): void {
  switch (work.do) {
    case 'expand':
      expandItems(control, work.task);
      return;
    case 'join':
      joinItems(control, work.task);
      return;
    default:
      work.do satisfies never;
  }
}
