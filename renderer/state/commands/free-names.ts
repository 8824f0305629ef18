import type { Crew } from '../../../shared/crew/schema.ts';

const MAX_NAME_CHARACTERS = 64;

/**
 * Returns names that are unique in the crew, each different from the ones before: `task`, `task_2`, … Each takes
 * constant time, for any number of nodes and any number of calls with the same stem.
 */
export function freeNames({ agents, tasks, pools }: Pick<Crew, 'agents' | 'tasks' | 'pools'>) {
  const taken = new Set([...agents, ...tasks, ...pools].map(({ name }) => name.toLowerCase()));
  const last = new Map<string, number>();
  return (stem: string): string => {
    for (let number = last.get(stem) ?? 1; ; number += 1) {
      const name = numbered(stem, number);
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      last.set(stem, number + 1);
      return name;
    }
  };
}

/** The stem is shortened if both together would be longer than a name may be. */
function numbered(stem: string, number: number): string {
  if (number === 1) return stem;
  const end = `_${number}`;
  return `${[...stem].slice(0, MAX_NAME_CHARACTERS - end.length).join('')}${end}`;
}
