import type { CacheLookup } from './base/cached-result.ts';
import { firstTurns } from './cache/cache-phases.ts';
import { completeTask } from './complete-task.ts';
import type { ControlState } from './control-state.ts';

/** Requests the lookup of a task in the cache. */
export function lookUpResult(control: ControlState, name: string): void {
  const state = control.run.tasks.get(name);
  const task = control.tasks.get(name);
  if (!state || !task) return;
  const { context, planView, cache } = control;
  cache.asked(name);
  const turns = firstTurns(state).map((turn) => context.planTurn(planView, turn));
  control.effect({ type: 'lookUpCache', task, turns });
}

/** Handles a finished lookup. It may come too late: the task or the run may have ended. */
export function resultLookedUp(control: ControlState, task: string, lookup: CacheLookup): void {
  const { cache, run } = control;
  cache.lookedUp(task, lookup);
  const state = run.tasks.get(task);
  if (control.isOver || state?.status !== 'pending') cache.ended(task);
  else if (lookup.status === 'missed') {
    const changed = lookup.changed.length > 0 ? { changed: [...lookup.changed] } : {};
    control.emit({ type: 'cache.missed', task, ...changed });
  } else {
    const { run: cached, took, text, agent, files } = lookup.result;
    // For a consensual task: the agent whose proposal won.
    if (state.agent === null && agent !== null) control.emit({ type: 'task.assigned', task, agent });
    completeTask(control, task, text, { shortened: lookup.shortened, cached, took, files });
  }
}
