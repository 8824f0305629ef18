import { contextOf } from '../../crew/context.ts';
import { ASSIGNMENT } from '../../run/events.ts';
import { count, sum } from './every-run.ts';
import { figuredTasks, type PlainRun } from './plain-run.ts';

/** Returns the waits of a task that no schedule could have shortened, in milliseconds. */
function forcedOf(plain: PlainRun, name: string): number {
  return count(plain.milliseconds().slice(0, plain.endOf(name)), (t) => {
    const doing = plain.doing(name, t);
    return doing !== 'running' && ['retry', 'rate_limit', 'person'].includes(doing.reason);
  });
}

/** Computes the lower bound of the makespan from the measured figures, independently of the product. */
export function lowerBoundOf(plain: PlainRun): number {
  const { crew } = plain;
  const tasks = figuredTasks(plain);
  const weight = new Map(tasks.map((name) => [name, longestOf(plain, name) + forcedOf(plain, name)]));
  const before = (name: string): string[] => {
    const task = crew.tasks.find((one) => one.name === name);
    const waits = crew.process === 'hierarchical' && task && task.agent === undefined && weight.has(ASSIGNMENT);
    return [...(task ? contextOf(task) : []), ...(waits ? [ASSIGNMENT] : [])];
  };
  const head = (name: string): number => Math.max(0, ...before(name).map((one) => head(one) + (weight.get(one) ?? 0)));
  const tail = (name: string): number => {
    const after = tasks.filter((one) => before(one).includes(name));
    return Math.max(0, ...after.map((one) => tail(one) + (weight.get(one) ?? 0)));
  };
  const ran = tasks.filter((name) => plain.turnsOf(name).length > 0);
  const path = Math.max(0, ...tasks.map((name) => head(name) + (weight.get(name) ?? 0)));
  let least = 0;
  let left = sum(ran.map((name) => plain.busyOf(name)));
  for (let t = 0; left > 0; t += 1) {
    if (plain.isOut(t)) continue;
    left -= plain.slots(t);
    least += 1;
  }
  const held = (name: string) =>
    count(
      plain.milliseconds(),
      (t) => !plain.isOut(t) && plain.held(name).some(({ start, end }) => start <= t && t < end),
    );
  const shared = (users: readonly { name: string; units: number }[], capacity: number): number => {
    const own = users.filter(({ name }) => held(name) > 0);
    if (own.length === 0) return 0;
    const use = sum(own.map(({ name, units }) => units * held(name)));
    const first = Math.min(...own.map(({ name }) => head(name)));
    return Math.ceil(first + use / capacity + Math.min(...own.map(({ name }) => tail(name))));
  };
  const lane = crew.tasks.filter((task) => !task.async).map(({ name }) => ({ name, units: 1 }));
  const pools = crew.pools.map(({ name: pool, capacity }) => {
    const users = crew.tasks.flatMap(({ name, resources }) =>
      resources.filter((demand) => demand.pool === pool).map(({ units }) => ({ name, units })),
    );
    return shared(users, capacity);
  });
  return Math.max(path, least, shared(lane, 1), ...pools);
}

/**
 * Returns the minimum time from a task's start to its end: its busy time; in `consensual`, the longest proposal plus
 * the longest vote.
 */
function longestOf(plain: PlainRun, name: string): number {
  if (plain.crew.process !== 'consensual') return plain.busyOf(name);
  const byTurn = new Map<string, number>();
  for (const { turn, start, end } of plain.turnsOf(name))
    byTurn.set(turn ?? '', (byTurn.get(turn ?? '') ?? 0) + end - start);
  const longest = (kind: string) => Math.max(0, ...[...byTurn].map(([turn, ms]) => (turn.startsWith(kind) ? ms : 0)));
  return longest('propose:') + longest('vote:');
}
