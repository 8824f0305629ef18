import { type Crew, crewSchema } from '../../../crew/schema.ts';
import type { Random } from '../../../random.ts';
import { randomCrew } from '../../../run/testing/random-crew.ts';

/** Returns a random crew with retries and timeouts, and often with limits, a budget and output files. */
export function limitedCrew(random: Random): Crew {
  const crew = randomCrew(random);
  const some = (share: number, settings: object) => (random.chance(share) ? settings : {});
  return crewSchema.parse({
    ...crew,
    settings: {
      task_timeout_s: 5,
      retries: { max: 3, base_s: 0.5, factor: 2, cap_s: 10 },
      ...some(0.5, { max_rpm: random.pick([0.5, 1, 3, 10, 20]) }),
      ...some(0.3, { max_tokens_per_minute: random.pick([5, 30, 100]) }),
      ...some(0.2, { budget_usd: random.int(1, 4) }),
    },
    agents: crew.agents.map((agent) => ({ ...agent, ...some(0.3, { max_rpm: random.pick([1, 4]) }) })),
    tasks: crew.tasks.map((task) => ({ ...task, ...some(0.2, { output_file: `${task.name}.md` }) })),
  });
}
