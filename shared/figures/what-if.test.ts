import { expect, test } from 'vitest';
import { PlannedRun } from '../control/virtual/testing/planned-run.ts';
import type { EventDraft } from '../run/events.ts';
import { completed, finished, fold, inOrder, journal, makeCrew, ran, type TimedDraft } from '../run/testing/journal.ts';
import { figuresOf } from './figures.ts';

const slotReady = (slot: number, t: number): TimedDraft[] => [
  [0, { type: 'slot.started', slot, where: `local:${slot}` }],
  [t, { type: 'slot.ready', slot, where: `local:${slot}`, ms: t }],
];
const figures = (tasks: Parameters<typeof makeCrew>[0], happened: readonly TimedDraft[]) => {
  const crew = makeCrew(tasks);
  return figuresOf(fold(crew, journal(happened)));
};

test('Start-up that took most of a run is the first bottleneck, and the dependencies are not blamed.', () => {
  const all = figures(
    [{ name: 'a' }, { name: 'b' }],
    inOrder(
      slotReady(1, 1200),
      slotReady(2, 2100),
      ran('a', 1, 1200, 1800),
      completed('a', 1800),
      ran('b', 1, 1800, 2400),
      completed('b', 2400),
      finished(2400),
    ),
  );
  const { bottlenecks, scaling } = all;
  expect(bottlenecks).toMatchObject({ makespanMs: 2400, baseMs: 2400, isComparable: true });
  expect(bottlenecks.ranked[0]).toEqual({ kind: 'starting', subject: null, makespanMs: 600, savesMs: 1800 });
  expect(bottlenecks.isLimitedByDependencies).toBe(false);
  expect(scaling.own).toEqual({ slots: 2, makespanMs: 2400 });
});

test('A run whose number of slots changed is replayed with its slots over time, and is labeled with the number that it had longest.', () => {
  const slots: EventDraft = { type: 'run.slots', slots: 5 };
  const all = figures(
    [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
    inOrder(
      slotReady(1, 0),
      slotReady(2, 0),
      ran('a', 1, 0, 900),
      completed('a', 900),
      ran('b', 2, 0, 900),
      completed('b', 900),
      ran('c', 1, 900, 1800),
      completed('c', 1800),
      [1790, slots],
      finished(1800),
    ),
  );
  expect(all.slots).toBe(2);
  expect(all.bottlenecks).toMatchObject({ makespanMs: 1800, baseMs: 1800 });
  expect(all.bottlenecks.ranked[0]).toMatchObject({ kind: 'slots', savesMs: 900 });
  expect(all.scaling).toMatchObject({ own: { slots: 2, makespanMs: 1800 }, recommended: 3 });
});

test('A pause and lost turns are part of the replay, and lost turns are not failures.', () => {
  const all = figures(
    [{ name: 'a' }],
    inOrder(
      slotReady(1, 100),
      [100, { type: 'attempt.started', task: 'a', attempt: 1, slot: 1, agent: 'ada' }],
      [
        400,
        { type: 'attempt.ended', task: 'a', attempt: 1, result: 'lost', kind: 'lost', message: 'Lost.', retry_at: 400 },
      ],
      [400, { type: 'run.resumed', wall_ms: 9000, versions: {} }],
      [410, { type: 'slot.started', slot: 1, where: 'local:9' }],
      [700, { type: 'slot.ready', slot: 1, where: 'local:9', ms: 290 }],
      [700, { type: 'run.paused' }],
      [5700, { type: 'run.unpaused' }],
      ran('a', 1, 5700, 6200, 2),
      completed('a', 6200),
      finished(6200),
    ),
  );
  expect(all.time).toMatchObject({ makespanMs: 1200, pausedMs: 5000, failedBusyMs: 0, lostBusyMs: 300 });
  expect(all.lost).toEqual({ resumptions: 1, turns: 1, busyMs: 300, callsAtMost: 1 });
  expect(all.tasks[0]).toMatchObject({ attempts: 2, failedTurns: 0, lostTurns: 1 });
  expect(all.bottlenecks).toMatchObject({ baseMs: 1200, isComparable: true });
  expect(all.bottlenecks.ranked.map(({ kind }) => kind)).not.toContain('retries');
});

test('A run that its replay does not match is reported as such, and nothing is ranked.', () => {
  const all = figures(
    [{ name: 'a' }],
    inOrder(slotReady(1, 0), slotReady(2, 0), ran('a', 1, 500, 1000), completed('a', 1000), finished(1000)),
  );
  expect(all.bottlenecks).toMatchObject({ makespanMs: 1000, baseMs: 500, isComparable: false, tried: 0, ranked: [] });
});

test('Fewer slots are recommended only if the run takes the same time with them.', () => {
  const all = figures(
    [{ name: 'a' }, { name: 'b' }],
    inOrder(
      slotReady(1, 0),
      slotReady(2, 0),
      ran('a', 1, 0, 1000),
      completed('a', 1000),
      ran('b', 2, 0, 60),
      completed('b', 60),
      finished(1000),
    ),
  );
  expect(all.scaling).toMatchObject({ knee: 1, recommended: 2 });
});

test('replays of a run with limits keep the limits, whatever the number of slots', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const tasks = names.map((name) => ({ name, async: true }));
  const crew = makeCrew(tasks);
  const limited = { ...crew, settings: { ...crew.settings, max_rpm: 2 } };
  const durations = Object.fromEntries(names.map((name, at) => [name, 1000 + at]));
  const run = new PlannedRun(limited, 2, { durations, calls: {} });
  const { makespan_ms } = run.run();
  expect(makespan_ms).toBeGreaterThan(120_000);
  const { bottlenecks, scaling } = figuresOf(fold(limited, run.events));
  expect(bottlenecks).toMatchObject({ isComparable: true, baseMs: makespan_ms });
  expect(bottlenecks.ranked[0]).toMatchObject({ kind: 'rate_limit', makespanMs: 3009 });
  // More slots do not make the calls of a minute more.
  for (const point of scaling.points.filter(({ slots }) => slots > 1)) {
    expect(point.makespanMs).toBeGreaterThanOrEqual(makespan_ms - 1000);
  }
  expect(scaling.recommended).toBe(1);
});
