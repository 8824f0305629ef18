import type { Counts } from '../../shared/figures/counts.ts';
import { countOf, formatDollars, formatDuration } from '../../shared/figures/format.ts';
import type { Reused } from '../../shared/figures/reused.ts';

/** A note on the tasks that a completion rate leaves out; empty if the run produced all results. */
export function reusedNote({ cached, kept }: Counts): string {
  return cached + kept === 0 ? '' : `, not counting ${countOf(cached + kept, 'task')} whose results were reused`;
}

/** Describes the number of reused tasks, and their time and cost when they ran. */
export function reusedText({ tasks, busyMs, costUsd }: Reused): string {
  const took = [
    ...(busyMs === null ? [] : [`${formatDuration(busyMs)} of slot time`]),
    ...(costUsd === null || costUsd === 0 ? [] : [formatDollars(costUsd)]),
  ];
  const what = countOf(tasks, 'task');
  return took.length === 0 ? what : `${what}, which took ${took.join(' and ')} when ${tasks === 1 ? 'it' : 'they'} ran`;
}
