import { describe, expect, test } from 'vitest';
import { crew, fold, type Happened, journal } from '../testing.ts';
import { limitFigures } from './limits.ts';

const HERE = 'http://127.0.0.1:1';
const THERE = 'http://127.0.0.1:2';
const step = (t: number, origin: string, in_flight: number, until?: number): Happened => [
  t,
  { type: 'limiter', origin, in_flight, reason: 'refused', ...(until === undefined ? {} : { until }) },
];
const figures = (happened: readonly Happened[], now: number) =>
  limitFigures(fold(crew([{ name: 'a' }]), journal(happened)), now);

describe("a limiter's ceiling", () => {
  test('is one call a slot at first, and each origin has its own', () => {
    const [here, there] = figures([step(100, HERE, 1), step(200, THERE, 1)], 300);
    expect(here?.ceiling).toEqual([
      { t: 0, value: 2 },
      { t: 100, value: 1 },
    ]);
    expect(there?.ceiling).toEqual([
      { t: 0, value: 2 },
      { t: 200, value: 1 },
    ]);
  });

  test('moves with the number of slots while it is whole, and stays where it was stepped down', () => {
    const [here] = figures(
      [[50, { type: 'run.slots', slots: 8 }], step(100, HERE, 4), [150, { type: 'run.slots', slots: 6 }]],
      300,
    );
    expect(here?.ceiling.map(({ value }) => value)).toEqual([2, 8, 4]);
  });

  test('is whole again where another process goes on with the run', () => {
    const [here] = figures([step(100, HERE, 1), [200, { type: 'run.resumed', wall_ms: 0, versions: {} }]], 300);
    expect(here?.ceiling.map(({ t, value }) => [t, value])).toEqual([
      [0, 2],
      [100, 1],
      [200, 2],
    ]);
  });
});

test('the time in which a provider asked to wait is counted once, and only as far as it has passed', () => {
  const happened = [step(100, HERE, 1, 1100), step(600, HERE, 1, 1500)];
  expect(figures(happened, 2000)[0]).toMatchObject({ holdMs: 1400, holds: [{ start: 100, end: 1500 }], refused: 2 });
  expect(figures(happened, 1000)[0]).toMatchObject({ holdMs: 900 });
});
