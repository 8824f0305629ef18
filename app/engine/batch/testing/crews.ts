import type { Crew } from '../../../../shared/crew/schema.ts';
import type { Random } from '../../../../shared/random.ts';
import { makeCrew, type TaskSpec } from '../../../../shared/scheduler/testing/rig.ts';

/** The pools that the rows of test batches share. */
export const POOLS = [
  { name: 'db', capacity: 2 },
  { name: 'seat', capacity: 1 },
];
const AGENTS = [{ name: 'ada' }, { name: 'bob', max_concurrent: 1 }];
export const CAPACITIES = new Map([...POOLS.map(({ name, capacity }) => [name, capacity] as const), ['bob', 1]]);

export function randomCrew(random: Random): Crew {
  const tasks = Array.from({ length: random.int(1, 8) }, (_, index): TaskSpec => {
    const context = Array.from({ length: index }, (_name, earlier) => `t${earlier}`).filter(() => random.chance(0.3));
    const db = random.chance(0.3) ? [{ pool: 'db', units: random.int(1, 2) }] : [];
    const seat = random.chance(0.2) ? [{ pool: 'seat', units: 1 }] : [];
    const agent = random.chance(0.2) ? 'bob' : 'ada';
    const priority = random.int(-1, 1);
    return { name: `t${index}`, context, agent, async: random.chance(0.8), priority, resources: [...db, ...seat] };
  });
  return makeCrew({ pools: POOLS, agents: AGENTS, tasks });
}
