import { contextOf } from './context.ts';
import type { Problem } from './problem.ts';
import type { Crew } from './schema.ts';
import { unplaced } from './unlocated-problem.ts';

/** The number of tasks that a message names. */
const MAX_NAMED = 5;

/**
 * Returns a warning if several tasks run one after another although none of them receives the result of another, directly or
 * through other tasks. In other frameworks, the results of earlier tasks are passed on without being named.
 */
export function checkLane({ tasks }: Crew): Problem[] {
  const lane = tasks.filter((task) => !task.async);
  if (lane.length < 2) return [];
  const contexts = new Map(tasks.map((task) => [task.name, contextOf(task)]));
  const inLane = new Set(lane.map(({ name }) => name));
  // One search from all tasks of the lane visits each task once.
  const seen = new Set<string>();
  const open = lane.flatMap((task) => [...contextOf(task)]);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (inLane.has(name)) return [];
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(contexts.get(name) ?? []));
  }
  const named = lane.slice(0, MAX_NAMED).map(({ name }) => `"${name}"`);
  const others = lane.length - named.length;
  const list = others > 0 ? `${named.join(', ')} and ${others} more` : named.join(', ');
  const message = `${lane.length} tasks run one after another, and none receives the result of another: ${list}. Name the tasks that they depend on in "context", or set "async" so that they run in parallel.`;
  const path = ['tasks', tasks.findIndex(({ async }) => !async)];
  return [{ ...unplaced({ code: 'unrelated_lane', message, path }), severity: 'warning' }];
}
