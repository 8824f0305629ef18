import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contextOf } from '../../crew/context.ts';
import type { Crew } from '../../crew/schema.ts';
import { Random } from '../../random.ts';
import { assignmentsOf } from '../../run/assignment.ts';
import { consensualAgents } from '../../run/consensus.ts';
import { ASSIGNMENT } from '../../run/events.ts';
import { randomCrew } from '../../run/testing/random-crew.ts';
import { computeRanks } from '../../scheduler/ranks.ts';
import { scenarios } from '../../scheduler/testing/scenarios.ts';
import { predict } from './predict.ts';
import { simulate } from './simulate.ts';

/**
 * The makespan of schedules in virtual time, over random graphs and durations, compared with bounds and the exact
 * optimum.
 */

describe('schedules without faults', () => {
  const planned = scenarios.map(({ crew, slots, seed }) => {
    const random = new Random(seed + 2);
    return {
      crew,
      slots,
      durations: Object.fromEntries(crew.tasks.map(({ name }) => [name, random.int(1, 100)])),
    };
  });

  test("a schedule ends within Graham's bound, for any ranking", () => {
    fc.assert(
      fc.property(planned, fc.integer(), ({ crew, slots, durations }, ranking) => {
        const random = new Random(ranking);
        const ranks = Object.fromEntries(crew.tasks.map(({ name }) => [name, random.int(0, 100)]));
        // Limits of agents are pools that the bound does not cover.
        const free = { ...crew, agents: crew.agents.map(({ max_concurrent: _limit, ...agent }) => agent) };
        const { makespan_ms } = simulate(free, { slots, durations, ranks });
        expect(makespan_ms).toBeLessThanOrEqual(Math.ceil(grahamBound(free, slots, durations)));
      }),
      { numRuns: 400 },
    );
  });

  test("hierarchical and consensual crews also end within Graham's bound, for any ranking", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 5 }), (seed, slots) => {
        const random = new Random(seed);
        const any = randomCrew(random);
        const agents = any.agents.map(({ max_concurrent: _limit, ...agent }) => agent);
        const tasks = any.tasks.map((task) => ({ ...task, async: true, resources: [], human_review: 'none' as const }));
        const crew = { ...any, agents, tasks };
        const names = [...tasks.map(({ name }) => name), ASSIGNMENT];
        const durations = Object.fromEntries(names.map((name) => [name, random.int(1, 100)]));
        const ranks = Object.fromEntries(names.map((name) => [name, random.int(0, 100)]));
        const { path, work } = turnsOf(crew, durations);
        const bound = path * (1 - 1 / slots) + work / slots;
        expect(simulate(crew, { slots, durations, ranks }).makespan_ms).toBeLessThanOrEqual(Math.ceil(bound));
      }),
      { numRuns: 400 },
    );
  });

  test('with one slot per task and nothing shared, the makespan is the longest path', () => {
    fc.assert(
      fc.property(planned, ({ crew, durations }) => {
        const tasks = crew.tasks.map((task) => ({ ...task, async: true, resources: [], agent: 'bo' }));
        const free = { ...crew, tasks };
        const { makespan_ms } = simulate(free, { slots: tasks.length, durations });
        expect(makespan_ms).toBe(longestPath(free, durations));
      }),
    );
  });

  test('the makespan of a small graph is within (2 − 1/N) of the exact optimum', () => {
    fc.assert(
      fc.property(planned, ({ crew, slots, durations }) => {
        const tasks = crew.tasks.slice(0, 6).map((task) => ({ ...task, async: true, resources: [], agent: 'bo' }));
        const free = { ...crew, tasks };
        const { makespan_ms } = simulate(free, { slots, durations });
        expect(makespan_ms).toBeLessThanOrEqual((2 - 1 / slots) * optimum(free, slots, durations) + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  test('a run follows the prediction when every task takes as long as estimated', () => {
    fc.assert(
      fc.property(planned, ({ crew, slots, durations }) => {
        const estimates = Object.fromEntries(
          Object.entries(durations).map(([name, ms]) => [name, { ms, from: 'estimate_s' as const }]),
        );
        const ranks = computeRanks(crew, estimates);
        expect(simulate(crew, { slots, durations, ranks }).makespan_ms).toBe(
          predict(crew, estimates, slots).makespan_ms,
        );
      }),
      { numRuns: 60 },
    );
  });
});

type Durations = Readonly<Record<string, number>>;

/** The longest path and the whole work in turns: proposals before votes, the assignment before the assigned tasks. */
function turnsOf(crew: Crew, durations: Durations): { path: number; work: number } {
  const assigns = assignmentsOf(crew).length > 0;
  const assignment = assigns ? (durations[ASSIGNMENT] ?? 0) : 0;
  const ends = new Map<string, number>();
  let work = assignment;
  for (const task of crew.tasks) {
    const busy = durations[task.name] ?? 0;
    // The turns divide the task's time; the first ones get the remaining milliseconds.
    const turns = crew.process === 'consensual' ? 2 * consensualAgents(crew, task).length : 1;
    const longest = Math.ceil(busy / turns) + Math.ceil((busy - Math.min(busy % turns, turns / 2)) / turns);
    const assigned = assigns && task.agent === undefined ? assignment : 0;
    const start = Math.max(assigned, ...contextOf(task).map((before) => ends.get(before) ?? 0));
    ends.set(task.name, start + (turns === 1 ? busy : longest));
    work += busy;
  }
  return { path: Math.max(assignment, ...ends.values()), work };
}

/** CP·(1 − 1/N) + W/N + Σ W_p ÷ (C_p − u_p + 1) over the sequential lane and each pool. */
function grahamBound(crew: Crew, slots: number, durations: Durations): number {
  const work = crew.tasks.reduce((sum, { name }) => sum + (durations[name] ?? 0), 0);
  const synchronous = crew.tasks.filter((task) => !task.async);
  let bound = longestPath(crew, durations) * (1 - 1 / slots) + work / slots;
  bound += synchronous.reduce((sum, { name }) => sum + (durations[name] ?? 0), 0);
  for (const pool of crew.pools) {
    const demands = crew.tasks.flatMap(({ name, resources }) =>
      resources.filter((demand) => demand.pool === pool.name).map(({ units }) => ({ units, ms: durations[name] ?? 0 })),
    );
    const most = Math.max(0, ...demands.map(({ units }) => units));
    if (most > 0) bound += demands.reduce((sum, { units, ms }) => sum + units * ms, 0) / (pool.capacity - most + 1);
  }
  return bound;
}

function longestPath(crew: Crew, durations: Durations): number {
  const ends = new Map<string, number>();
  for (const task of crew.tasks) {
    const start = Math.max(0, ...contextOf(task).map((before) => ends.get(before) ?? 0));
    ends.set(task.name, start + (durations[task.name] ?? 0));
  }
  return Math.max(0, ...ends.values());
}

/** The minimum makespan over list schedules of every order of the tasks. Waiting never improves a schedule. */
function optimum(crew: Crew, slots: number, durations: Durations): number {
  const names = crew.tasks.map(({ name }) => name);
  let best = Number.POSITIVE_INFINITY;
  for (const order of permutations(names)) {
    const ranks = Object.fromEntries(order.map((name, index) => [name, order.length - index]));
    best = Math.min(best, simulate(crew, { slots, durations, ranks }).makespan_ms);
  }
  return best;
}

function permutations(names: readonly string[]): string[][] {
  if (names.length <= 1) return [[...names]];
  return names.flatMap((name, index) =>
    permutations([...names.slice(0, index), ...names.slice(index + 1)]).map((rest) => [name, ...rest]),
  );
}
