import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Crew } from '../../crew/schema.ts';
import { Random } from '../../random.ts';
import type { CallCount } from '../../run/call-count.ts';
import { ASSIGNMENT } from '../../run/events.ts';
import { randomCrew } from '../../run/testing/random-crew.ts';
import { estimatedWork, lowerBound } from '../../scheduler/lower-bound.ts';
import { makeCrew, type TaskSpec } from '../../scheduler/testing/rig.ts';
import type { SimulatedLimits } from './limited-calls.ts';
import { simulate } from './simulate.ts';
import type { SimulatedFailure } from './simulation.ts';

const NO_AGENTS: ReadonlyMap<string, number> = new Map();
const BROKEN = { kind: 'network', message: 'The connection broke.' } as const;

const perMinute = (rpm: number): SimulatedLimits => ({
  settings: { rpm, tokensPerMinute: undefined, agentRpm: NO_AGENTS },
});

/** Independent tasks of the same length. */
function equalTasks(count: number, more: Partial<TaskSpec> = {}): { crew: Crew; durations: Record<string, number> } {
  const names = Array.from({ length: count }, (_, at) => `t${at}`);
  const crew = makeCrew({ tasks: names.map((name) => ({ name, ...more })) });
  return { crew, durations: Object.fromEntries(names.map((name) => [name, 1000])) };
}

function withRetries(crew: Crew, retries: Partial<Crew['settings']['retries']>): Crew {
  return { ...crew, settings: { ...crew.settings, retries: { ...crew.settings.retries, ...retries } } };
}

interface Limited {
  crew: Crew;
  slots: number;
  durations: Record<string, number>;
  calls: Record<string, CallCount>;
  random: Random;
}

/** Random crews of any process, with a length and model calls for each task. */
const limitedCrews = fc.integer({ min: 0, max: 1_000_000 }).map((seed): Limited => {
  const random = new Random(seed);
  const crew = randomCrew(random);
  const names = [...crew.tasks.map(({ name }) => name), ASSIGNMENT];
  return {
    crew,
    slots: random.int(1, 5),
    durations: Object.fromEntries(names.map((name) => [name, random.int(1, 20_000)])),
    calls: Object.fromEntries(names.map((name) => [name, { calls: random.int(1, 3), tokens: random.int(0, 300) }])),
    random,
  };
});

const bound = (crew: Crew, durations: Readonly<Record<string, number>>, slots: number): number => {
  const estimates = Object.entries(durations).map(([name, ms]) => [name, { ms, from: 'history' as const }]);
  const work = estimatedWork(crew, Object.fromEntries(estimates));
  return work === null ? 0 : lowerBound(crew, work, slots).ms;
};

describe('limits', () => {
  test('with two requests per minute, a third call waits until the first has left the window', () => {
    const { crew, durations } = equalTasks(3);
    const { tasks, makespan_ms } = simulate(crew, { slots: 3, durations, limits: perMinute(2) });
    expect(Object.values(tasks).map(({ start_ms }) => start_ms)).toEqual([0, 0, 61_000]);
    expect(makespan_ms).toBe(62_000);
  });

  test('a task of another agent takes the slot that a limited agent cannot use', () => {
    const agents = [{ name: 'ada' }, { name: 'bo' }];
    const tasks = ['a1', 'a2', 'b1', 'b2'].map((name) => ({ name, agent: name.startsWith('a') ? 'ada' : 'bo' }));
    const crew = makeCrew({ agents, tasks });
    const durations = { a1: 1000, a2: 1000, b1: 1000, b2: 1000 };
    const settings = { rpm: undefined, tokensPerMinute: undefined, agentRpm: new Map([['ada', 1]]) };
    const simulation = simulate(crew, { slots: 1, durations, limits: { settings } });
    expect(Object.entries(simulation.tasks).map(([name, { start_ms }]) => [name, start_ms])).toEqual([
      ['a1', 0],
      ['b1', 1000],
      ['b2', 2000],
      ['a2', 61_000],
    ]);
  });

  test('tokens per minute are divided among the calls', () => {
    const { crew, durations } = equalTasks(4);
    const calls = Object.fromEntries(crew.tasks.map(({ name }) => [name, { calls: 1, tokens: 400 }]));
    const settings = { rpm: undefined, tokensPerMinute: 1000, agentRpm: NO_AGENTS };
    const { tasks } = simulate(crew, { slots: 4, durations, limits: { settings, calls } });
    expect(Object.values(tasks).map(({ end_ms }) => end_ms)).toEqual([1000, 1000, 62_000, 62_000]);
  });

  test('each endpoint has its own limits', () => {
    const crew = makeCrew({
      agents: [{ name: 'ada' }, { name: 'bo' }],
      tasks: [{ name: 'a' }, { name: 'b', agent: 'bo' }],
    });
    const endpoints = new Map([
      ['ada', { name: 'one', origin: 'https://one.invalid' }],
      ['bo', { name: 'two', origin: 'https://two.invalid' }],
    ]);
    const durations = { a: 1000, b: 1000 };
    const apart = simulate(crew, { slots: 2, durations, limits: { ...perMinute(1), endpoints } });
    expect(apart.makespan_ms).toBe(1000);
    expect(simulate(crew, { slots: 2, durations, limits: perMinute(1) }).makespan_ms).toBe(62_000);
  });

  test('limits that no call reaches give the schedule without limits', () => {
    fc.assert(
      fc.property(limitedCrews, ({ crew, slots, durations, calls }) => {
        const most = Number.MAX_SAFE_INTEGER;
        const agentRpm = new Map(crew.agents.map(({ name }) => [name, most]));
        const limits = { settings: { rpm: most, tokensPerMinute: most, agentRpm }, calls };
        expect(simulate(crew, { slots, durations, limits })).toEqual(simulate(crew, { slots, durations }));
      }),
      { numRuns: 150 },
    );
  });

  test('a schedule with limits never beats the lower bound, nor the limits', () => {
    fc.assert(
      fc.property(limitedCrews, ({ crew, slots, durations, calls, random }) => {
        const rpm = random.int(1, 10);
        const limits = { settings: { rpm, tokensPerMinute: 400, agentRpm: new Map([['ada', 2]]) }, calls };
        const { makespan_ms } = simulate(crew, { slots, durations, limits });
        const turns = crew.process === 'consensual' ? 2 : 1;
        const made = crew.tasks.reduce((sum, { name }) => sum + turns * (calls[name]?.calls ?? 1), 0);
        // Of each full window of `rpm` calls, the next call waits for a minute.
        const least = Math.max(0, Math.ceil(made / rpm) - 1) * 60_000;
        expect(makespan_ms).toBeGreaterThanOrEqual(Math.max(bound(crew, durations, slots), least));
      }),
      { numRuns: 150 },
    );
  });
});

describe('failures', () => {
  const failing = (times: number, failure: SimulatedFailure['failure'] = BROKEN): SimulatedFailure[] =>
    Array.from({ length: times }, () => ({ ms: 500, failure }));

  test('a failed attempt is retried after its backoff, and its slot is free meanwhile', () => {
    const { crew, durations } = equalTasks(2);
    const options = { slots: 1, durations, failures: { t0: failing(1) } };
    const { tasks } = simulate(withRetries(crew, { base_s: 4, factor: 1 }), options);
    // Half of 4 s: the mean of full jitter.
    expect(tasks).toMatchObject({ t0: { start_ms: 0, end_ms: 3500 }, t1: { start_ms: 500, end_ms: 1500 } });
  });

  test('a task fails when its retries are used up, and its dependents continue or are skipped', () => {
    const crew = makeCrew({
      tasks: [
        { name: 'a' },
        { name: 'b', context: ['a'] },
        { name: 'c', context: ['a'], on_dependency_failure: 'skip' },
      ],
    });
    const durations = { a: 1000, b: 1000, c: 1000 };
    const impatient = withRetries(crew, { max: 1, base_s: 0 });
    const { tasks, makespan_ms } = simulate(impatient, { slots: 2, durations, failures: { a: failing(2) } });
    expect(Object.keys(tasks)).toEqual(['a', 'b']);
    expect(tasks['a']?.end_ms).toBe(1000);
    expect(makespan_ms).toBe(2000);
  });

  test('three crashes in a row fail a task, whatever its retries are', () => {
    const { crew, durations } = equalTasks(1);
    const crashes = failing(3, { kind: 'crash', message: 'The process ended.' });
    const patient = withRetries(crew, { max: 20, base_s: 0 });
    expect(simulate(patient, { slots: 1, durations, failures: { t0: crashes } }).makespan_ms).toBe(1500);
  });

  test('a refusal keeps the calls of its endpoint waiting, and uses up no retry', () => {
    const { crew, durations } = equalTasks(2);
    const refusal = { kind: 'rate_limit', message: 'Slow down.', retry_after_ms: 20_000 } as const;
    const strict = withRetries(crew, { max: 0 });
    const options = { slots: 1, durations, failures: { t0: failing(1, refusal) } };
    const { tasks } = simulate(strict, { ...options, limits: perMinute(100) });
    expect(tasks).toMatchObject({ t0: { end_ms: 21_500 }, t1: { start_ms: 21_500, end_ms: 22_500 } });
  });

  test('every simulation with failures ends, and is the same when it is repeated', () => {
    fc.assert(
      fc.property(limitedCrews, ({ crew, slots, durations, calls, random }) => {
        const kinds = ['network', 'crash', 'timeout', 'auth', 'rate_limit'] as const;
        const failures = Object.fromEntries(
          crew.tasks.map(({ name }) => {
            const own = Array.from({ length: random.int(0, 4) }, () => ({
              ms: random.int(0, 5000),
              failure: { kind: random.pick(kinds), message: 'It failed.', retry_after_ms: random.int(0, 3000) },
            }));
            return [name, own];
          }),
        );
        const limits = { ...perMinute(random.int(1, 5)), calls };
        const reviewMs = Object.fromEntries(crew.tasks.map(({ name }) => [name, random.int(0, 9000)]));
        const options = { slots, durations, limits, failures, reviewMs };
        const simulation = simulate(crew, options);
        expect(simulation.makespan_ms).toBeGreaterThanOrEqual(0);
        expect(simulate(crew, options)).toEqual(simulation);
      }),
      { numRuns: 150 },
    );
  });
});

describe('reviews', () => {
  test('a task that waits for a person uses no slot', () => {
    const crew = makeCrew({ tasks: [{ name: 'a', human_review: 'after' }, { name: 'b' }] });
    const options = { slots: 1, durations: { a: 1000, b: 1000 }, reviewMs: { a: 5000 } };
    expect(simulate(crew, options).tasks).toMatchObject({
      a: { start_ms: 0, end_ms: 6000 },
      b: { start_ms: 1000, end_ms: 2000 },
    });
  });

  test('a review before a task delays its start', () => {
    const crew = makeCrew({ tasks: [{ name: 'a', human_review: 'before' }] });
    const { tasks } = simulate(crew, { slots: 1, durations: { a: 1000 }, reviewMs: { a: 5000 } });
    expect(tasks['a']).toMatchObject({ start_ms: 5000, end_ms: 6000 });
  });
});
