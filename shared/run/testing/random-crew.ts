import { type Crew, crewSchema } from '../../crew/schema.ts';
import type { Random } from '../../random.ts';

export const POOLS = [
  { name: 'db', capacity: 2 },
  { name: 'web', capacity: 3 },
];

/** Returns a crew of any process with a few tasks, which have random dependencies, pools and reviews. */
export function randomCrew(random: Random): Crew {
  const process = random.pick(['sequential', 'sequential', 'hierarchical', 'consensual'] as const);
  const size = random.int(1, process === 'consensual' ? 3 : 7);
  const names = Array.from({ length: size }, (_, index) => `t${index}`);
  const agent = (name: string, more: object = {}) => ({ name, role: 'Worker', goal: 'Work', ...more });
  const agents = [agent('ada', random.chance(0.5) ? { max_concurrent: random.int(1, 2) } : {}), agent('bo')];
  if (process === 'hierarchical') agents.push(agent('boss', { manager: true }));
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'any_crew',
    process,
    agents,
    pools: POOLS,
    tasks: names.map((name, index) => randomTask(name, names.slice(0, index), process, random)),
  });
}

function randomTask(name: string, earlier: readonly string[], process: string, random: Random): object {
  const isNamed = process === 'sequential' || (process === 'hierarchical' && random.chance(0.5));
  const pool = POOLS[random.int(0, 3)];
  return {
    name,
    description: 'Do it.',
    expected_output: 'It',
    ...(isNamed ? { agent: random.pick(['ada', 'bo'] as const) } : {}),
    ...(process === 'consensual' && random.chance(0.3) ? { agents: ['bo'] } : {}),
    context: earlier.filter(() => random.chance(0.3)),
    async: random.chance(0.7),
    priority: random.int(-2, 2),
    ...(random.chance(0.5) ? { category: random.pick(['reading', 'writing'] as const) } : {}),
    ...(pool ? { resources: [{ pool: pool.name, units: random.int(1, pool.capacity) }] } : {}),
    ...(random.chance(0.3) ? { on_dependency_failure: 'skip' } : {}),
    ...(random.chance(0.2) ? { cache: 'read_write' } : {}),
    ...(random.chance(0.25) ? { human_review: random.pick(['before', 'after'] as const) } : {}),
  };
}
