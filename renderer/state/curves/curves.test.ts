import { describe, expect, test } from 'vitest';
import {
  completed,
  fold,
  inOrder,
  journal,
  makeCrew,
  ran,
  ready,
  type TimedDraft,
} from '../../../shared/run/testing/journal.ts';
import { segmentsOf } from '../../../shared/run/waits.ts';
import { cornersOf } from '../../features/timeline/corners.ts';
import { curvesOf } from './curves.ts';
import { valueAt } from './steps.ts';

const HERE = 'http://127.0.0.1:1';
const crew = makeCrew([{ name: 'a' }, { name: 'b' }, { name: 'c' }], {
  settings: { max_rpm: 10, max_tokens_per_minute: 1000 },
});
const called = (task: string, t: number, ms: number): TimedDraft => [
  t,
  {
    type: 'llm.call',
    task,
    attempt: 1,
    agent: 'ada',
    model: 'm',
    ms,
    first_token_ms: 0,
    prompt_tokens: 90,
    completion_tokens: 10,
    cost_usd: 0,
  },
];
const curves = (happened: readonly TimedDraft[], now: number, started = {}) => {
  const state = fold(crew, journal(happened, started));
  const all = curvesOf({ crew, state, now, segments: segmentsOf(state, now) });
  return (label: string) => all.find((curve) => curve.label === label);
};

describe('The curve of running turns', () => {
  const happened = inOrder(
    ready('a', 0),
    ready('b', 0),
    ready('c', 0),
    ran('a', 1, 0, 1000),
    completed('a', 1000),
    [[500, { type: 'run.slots', slots: 4 }]],
    ran('b', 2, 0, 2000),
    completed('b', 2000),
    [[1000, { type: 'attempt.started', task: 'c', attempt: 1, slot: 1, agent: 'ada' }]],
  );

  test('The curve of running turns is drawn against the changing number of slots, with the ready tasks as a line', () => {
    const running = curves(happened, 3000)('running');
    expect(running?.limit).toEqual([
      { t: 0, value: 2 },
      { t: 500, value: 4 },
    ]);
    expect(running?.secondary?.steps).toEqual([
      { t: 0, value: 1 },
      { t: 1000, value: 0 },
    ]);
  });

  test('The curve of running turns counts turns in progress up to now', () => {
    expect(curves(happened, 3000)('running')?.steps.at(-1)).toEqual({ t: 2000, value: 1 });
  });
});

describe('The curve of calls in flight', () => {
  const happened = inOrder(
    ran('a', 1, 0, 1000),
    [called('a', 900, 800)],
    [[900, { type: 'limiter', origin: HERE, in_flight: 1, reason: 'refused', until: 2900 }]],
    [[0, { type: 'attempt.started', task: 'b', attempt: 1, slot: 2, agent: 'ada' }]],
    [called('b', 600, 500)],
  );

  test('The curve of calls in flight is drawn against the changing call limit, with the cooldowns', () => {
    const calls = curves(happened, 4000)('model calls');
    expect(calls?.limit).toEqual([
      { t: 0, value: 2 },
      { t: 900, value: 1 },
    ]);
    expect(calls?.cooldowns).toEqual([{ start: 900, end: 2900 }]);
    expect([50, 200, 700, 950].map((t) => valueAt(calls?.steps ?? [], t))).toEqual([0, 2, 1, 0]);
  });

  test('The curve of calls in flight may be higher: a running turn may be in its next call', () => {
    const calls = curves(happened, 4000)('model calls');
    expect([50, 200, 700, 3000].map((t) => valueAt(calls?.secondary?.steps ?? [], t))).toEqual([0, 2, 2, 1]);
  });

  test('The curve of calls in flight belongs to the origin that the agent calls', () => {
    const elsewhere = curves(happened, 4000, { origins: { ada: 'http://127.0.0.1:2' } })('model calls');
    expect(elsewhere?.steps).toEqual([{ t: 0, value: 0 }]);
  });

  test('The curve of calls in flight is counted per minute against the limits that the crew sets', () => {
    const all = curves(happened, 70_000);
    expect(all('requests/min')?.limit).toEqual([{ t: 0, value: 10 }]);
    expect([150, 59_000, 60_100].map((t) => valueAt(all('requests/min')?.steps ?? [], t))).toEqual([2, 2, 0]);
    expect(valueAt(all('tokens/min')?.steps ?? [], 150)).toBe(200);
  });
});

describe('The line of a curve', () => {
  const steps = Array.from({ length: 100_000 }, (_, t) => ({ t, value: t % 7 }));

  test('The line of a curve has few corners per pixel for any number of steps, and keeps the highest', () => {
    const corners = cornersOf(steps, { from: 0, msPerPx: 100 }, 1000, 100_000);
    expect(corners.length).toBeLessThanOrEqual(3 * 1001);
    expect(new Set(corners.filter(({ value }) => value === 6).map(({ x }) => Math.floor(x))).size).toBe(1000);
  });

  test('The line of a curve shows each step exactly at a close zoom', () => {
    const few = cornersOf(steps, { from: 10, msPerPx: 0.1 }, 30, 100_000);
    expect(few).toEqual([
      { x: 0, value: 3 },
      { x: 10, value: 3 },
      { x: 10, value: 4 },
      { x: 20, value: 4 },
      { x: 20, value: 5 },
      { x: 30, value: 5 },
      { x: 30, value: 6 },
      { x: 40, value: 6 },
    ]);
  });

  test('The line of a curve ends where the value is no longer known', () => {
    expect(cornersOf([{ t: 0, value: 2 }], { from: 0, msPerPx: 1 }, 1000, 40).at(-1)).toEqual({ x: 40, value: 2 });
    expect(cornersOf([], { from: 0, msPerPx: 1 }, 1000, 40)).toEqual([]);
  });
});
