import * as fc from 'fast-check';
import type { Crew } from '../../crew/schema.ts';
import { Random } from '../../random.ts';
import { makeCrew, type TaskSpec } from './rig.ts';

/** A crew, its number of slots and the seed that determines all its events. */
export interface Scenario {
  crew: Crew;
  slots: number;
  seed: number;
}

const POOLS = [
  { name: 'db', capacity: 2 },
  { name: 'web', capacity: 3 },
];

/** Up to ten tasks. Each may depend on earlier ones, be synchronous, need units, or skip after a failure. */
export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    size: fc.integer({ min: 1, max: 10 }),
    slots: fc.integer({ min: 1, max: 5 }),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map(({ size, slots, seed }) => ({ slots, seed, crew: randomLayeredCrew(size, new Random(seed)) }));

function randomLayeredCrew(size: number, random: Random): Crew {
  const tasks = Array.from({ length: size }, (_, index): TaskSpec => {
    const context = Array.from({ length: index }, (_name, earlier) => `t${earlier}`).filter(() => random.chance(0.3));
    const pool = POOLS[random.int(0, 3)];
    return {
      name: `t${index}`,
      context,
      async: random.chance(0.7),
      agent: random.pick(['ada', 'bo'] as const),
      priority: random.int(-2, 2),
      ...(pool ? { resources: [{ pool: pool.name, units: random.int(1, pool.capacity) }] } : {}),
      ...(random.chance(0.3) ? { on_dependency_failure: 'skip' as const } : {}),
    };
  });
  return makeCrew({ agents: [{ name: 'ada', max_concurrent: 3 }, { name: 'bo' }], pools: POOLS, tasks });
}
