import { type Crew, crewSchema } from '../../../shared/crew/schema.ts';
import type { Random } from '../../../shared/random.ts';
import { randomCrew } from '../../../shared/run/testing/random-crew.ts';

/** Returns a random crew without a cache. It has retries and timeouts, and sometimes rate limits and a budget. */
export function randomLimitedCrew(random: Random): Crew {
  const crew = randomCrew(random);
  const limited = random.chance(0.3);
  return crewSchema.parse({
    ...crew,
    settings: {
      task_timeout_s: 1,
      retries: { max: 3, base_s: 0.05, factor: 2, cap_s: 1 },
      ...(limited ? { max_rpm: random.int(3, 20) } : {}),
      ...(random.chance(0.2) ? { max_tokens_per_minute: 200 } : {}),
      ...(random.chance(0.3) ? { budget_usd: 1 } : {}),
    },
    agents: crew.agents.map((agent) => (random.chance(0.2) ? { ...agent, max_rpm: 4 } : agent)),
    tasks: crew.tasks.map(({ cache: _cache, ...task }) => task),
  });
}
