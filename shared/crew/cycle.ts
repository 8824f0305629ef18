import { contextOf } from './context.ts';

/** Dependencies: the names in the `context` of each task. */
export type Contexts = ReadonlyMap<string, readonly string[]>;

/**
 * Returns cycles that share no task. In each, every task depends on the next one, and the last on the first. The list
 * is empty only if the graph has no cycle. Uses no recursion, so that a chain of ten thousand tasks does not overflow
 * the stack.
 */
export function findCycles(contexts: Contexts): string[][] {
  const cycles: string[][] = [];
  const inCycle = new Set<string>();
  const done = new Set<string>();
  for (const start of contexts.keys()) {
    const path: { name: string; next: number }[] = [{ name: start, next: 0 }];
    const onPath = new Set([start]);
    while (!done.has(start)) {
      const top = path.at(-1);
      if (!top) break;
      const before = contexts.get(top.name)?.[top.next];
      top.next += 1;
      if (before === undefined) {
        done.add(top.name);
        onPath.delete(top.name);
        path.pop();
      } else if (onPath.has(before)) {
        const cycle = path.slice(path.findIndex(({ name }) => name === before)).map(({ name }) => name);
        if (cycle.some((name) => inCycle.has(name))) continue;
        cycles.push(cycle);
        for (const name of cycle) inCycle.add(name);
      } else if (!done.has(before) && contexts.has(before)) {
        path.push({ name: before, next: 0 });
        onPath.add(before);
      }
    }
  }
  return cycles;
}

interface HasContext {
  tasks: readonly { name: string; context: readonly (string | { task: string })[] }[];
}

/**
 * Returns the cycle that a dependency of `to` on `from` would close, or null. Each task in it depends on the next one.
 */
export function wouldCycle(crew: HasContext, from: string, to: string): string[] | null {
  if (from === to) return [from];
  const contexts = new Map(crew.tasks.map((task) => [task.name, contextOf(task)]));
  const cameFrom = new Map<string, string>([[from, to]]);
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const before of contexts.get(name) ?? []) {
      if (before === to) return chain(cameFrom, name, to);
      if (cameFrom.has(before)) continue;
      cameFrom.set(before, name);
      open.push(before);
    }
  }
  return null;
}

function chain(cameFrom: ReadonlyMap<string, string>, last: string, to: string): string[] {
  const names = [last];
  for (let name = cameFrom.get(last); name !== undefined && name !== to; name = cameFrom.get(name)) names.unshift(name);
  return [to, ...names];
}
