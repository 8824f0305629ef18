import { describe, expect, test } from 'vitest';
import type { Crew } from '../../crew/schema.ts';
import { Random } from '../../random.ts';
import type { CallCount } from '../../run/call-count.ts';
import { ASSIGNMENT } from '../../run/events.ts';
import { randomCrew } from '../../run/testing/random-crew.ts';
import { computeRanks } from '../../scheduler/ranks.ts';
import { limitSettings } from '../limits/settings.ts';
import { simulate } from './simulate.ts';
import type { Simulation } from './simulation.ts';
import { PlannedRun } from './testing/planned-run.ts';
import { endpointsOf, FIRST_CALL_TOKENS } from './testing/turn-plans.ts';

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed + 1);

/**
 * A call that takes longer than a minute leaves the window as it ends. The engine then may start another task before the
 * turn requests its next call; the simulation requests it first.
 */
const LONGEST_MS = 50_000;

interface Planned {
  crew: Crew;
  slots: number;
  durations: Record<string, number>;
  calls: Record<string, CallCount>;
}

/** A random crew with limits, and a length and model calls for each of its tasks. */
function randomPlan(seed: number): Planned {
  const random = new Random(seed);
  const any = randomCrew(random);
  const some = <Value>(share: number, value: Value) => (random.chance(share) ? value : undefined);
  const settings = {
    ...any.settings,
    task_timeout_s: 86_400,
    max_rpm: some(0.6, random.pick([1, 3, 10])),
    max_tokens_per_minute: some(0.4, random.pick([20, 100, 300])),
  };
  const agents = any.agents.map((agent) => ({ ...agent, max_rpm: some(0.3, random.pick([1, 4])) }));
  const tasks = any.tasks.map(({ cache: _cache, ...task }) => task);
  const names = [...tasks.map(({ name }) => name), ASSIGNMENT];
  const calls = names.map((name) => [name, { calls: random.int(1, 3), tokens: FIRST_CALL_TOKENS }] as const);
  return {
    crew: { ...any, settings, agents, tasks },
    slots: random.int(1, 5),
    durations: Object.fromEntries(names.map((name) => [name, random.int(1, LONGEST_MS)])),
    calls: Object.fromEntries(calls),
  };
}

/** The simulated schedule, without the turns of its tasks. */
function predicted({ crew, slots, durations, calls }: Planned): Simulation {
  const limits = { settings: limitSettings(crew), endpoints: endpointsOf(crew), calls };
  const { makespan_ms, tasks } = simulate(crew, { slots, durations, ranks: computeRanks(crew, {}), limits });
  const places = Object.entries(tasks).map(([name, { turns: _turns, ...place }]) => [name, place]);
  return { makespan_ms, tasks: Object.fromEntries(places) };
}

function ran({ crew, slots, durations, calls }: Planned): Simulation {
  return new PlannedRun(crew, slots, { durations, calls }).run();
}

describe('the engine runs the schedule that the simulation predicts, with limits', () => {
  const plans = SEEDS.map((seed) => [seed, randomPlan(seed)] as const);

  test('in sequential and hierarchical crews', () => {
    const others = plans.filter(([, { crew }]) => crew.process !== 'consensual');
    for (const [seed, plan] of others) expect(ran(plan), `seed ${seed}`).toEqual(predicted(plan));
    const limited = others.filter(([, { crew }]) => crew.settings.max_rpm !== undefined);
    expect(limited.length).toBeGreaterThan(25);
  });

  // The turns of a council end at the same time in a simulation, which handles them together. The engine handles one after
  // the other, and starts another task in between. In one slot, nothing ends at the same time.
  test('in consensual crews with one slot', () => {
    const consensual = plans.filter(([, { crew }]) => crew.process === 'consensual');
    for (const [seed, plan] of consensual) {
      const single = { ...plan, slots: 1 };
      expect(ran(single), `seed ${seed}`).toEqual(predicted(single));
    }
    expect(consensual.length).toBeGreaterThan(25);
  });
});
