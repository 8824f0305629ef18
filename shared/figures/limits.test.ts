import { describe, expect, test } from 'vitest';
import { fold, journal, makeCrew, type TimedDraft } from '../run/testing/journal.ts';
import { limitFigures } from './limits.ts';
import { limitText } from './slot-labels.ts';

const HERE = 'http://127.0.0.1:1';
const THERE = 'http://127.0.0.1:2';
const step = (t: number, origin: string, in_flight: number, until?: number): TimedDraft => [
  t,
  { type: 'limiter', origin, in_flight, reason: 'refused', ...(until === undefined ? {} : { until }) },
];
const figures = (happened: readonly TimedDraft[], now: number) =>
  limitFigures(fold(makeCrew([{ name: 'a' }]), journal(happened)), now);

describe('the call limit', () => {
  test('The call limit is one call per slot at first, separately for each origin', () => {
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

  test('The call limit follows the number of slots until it is lowered', () => {
    const [here] = figures(
      [[50, { type: 'run.slots', slots: 8 }], step(100, HERE, 4), [150, { type: 'run.slots', slots: 6 }]],
      300,
    );
    expect(here?.ceiling.map(({ value }) => value)).toEqual([2, 8, 4]);
  });

  test('The call limit is restored after a resume in another process', () => {
    const [here] = figures([step(100, HERE, 1), [200, { type: 'run.resumed', wall_ms: 0, versions: {} }]], 300);
    expect(here?.ceiling.map(({ t, value }) => [t, value])).toEqual([
      [0, 2],
      [100, 1],
      [200, 2],
    ]);
  });
});

describe('a cooldown while the run has no owner', () => {
  test('A cooldown counts up to the resume, and then for its remaining time', () => {
    const later: TimedDraft[] = [
      [200, { type: 'run.resumed', wall_ms: 0, versions: {} }],
      [200, { type: 'limiter', origin: HERE, in_flight: 1, reason: 'set', until: 500 }],
    ];
    const [here] = figures([step(100, HERE, 1, 9000), ...later], 9000);
    expect(here).toMatchObject({ holdMs: 400, cooldowns: [{ start: 100, end: 500 }], refused: 1 });
    expect(here?.steps.map(limitText).at(-1)).toBe(
      "the provider's limit still holds; at most 1 call at once; cooldown of 0.30 s, until 0.50 s",
    );
    expect(figures([step(100, HERE, 1, 9000), ...later.slice(0, 1)], 9000)[0]?.holdMs).toBe(100);
  });
});

describe('a refusal that extends a cooldown', () => {
  const longer = (t: number, until: number): TimedDraft => [
    t,
    { type: 'limiter', origin: HERE, in_flight: 1, reason: 'extended', until },
  ];

  test('A refusal that extends a cooldown is a separate step and does not lower the call limit', () => {
    const [here] = figures([step(100, HERE, 1, 1100), longer(600, 5600)], 9000);
    expect(here).toMatchObject({ holdMs: 5500, cooldowns: [{ start: 100, end: 5600 }], refused: 1 });
    expect(here?.steps.map(limitText)).toEqual([
      'the provider refused a call; at most 1 call at once instead of 2; cooldown of 1.00 s, until 1.10 s',
      'the provider refused another call; cooldown of 5.00 s, until 5.60 s',
    ]);
  });

  test('A refusal that extends a cooldown only slightly belongs to the previous step', () => {
    const [here] = figures([step(100, HERE, 1, 1100), longer(101, 1101), longer(103, 1103)], 9000);
    expect(here).toMatchObject({ holdMs: 1003, steps: [{ t: 100, until: 1103 }] });
  });
});

test('Overlapping cooldowns count once, and only up to now', () => {
  const happened = [step(100, HERE, 1, 1100), step(600, HERE, 1, 1500)];
  expect(figures(happened, 2000)[0]).toMatchObject({
    holdMs: 1400,
    cooldowns: [{ start: 100, end: 1500 }],
    refused: 2,
  });
  expect(figures(happened, 1000)[0]).toMatchObject({ holdMs: 900 });
});
