import { describe, expect, test } from 'vitest';
import { crewSchema } from '../crew/schema.ts';
import { apportion } from './apportion.ts';
import { criticalPath } from './critical-path.ts';
import type { EventDraft, RunEvent } from './events.ts';
import { applyEvent, newRun } from './fold.ts';
import { STARTED } from './testing/started.ts';
import { segmentsOf } from './waits.ts';

type Happened = readonly [t: number, event: EventDraft];

const slotReady = (slot: number, from: number, t: number): Happened[] => [
  [from, { type: 'slot.started', slot, where: `local:${slot}` }],
  [t, { type: 'slot.ready', slot, where: `local:${slot}`, ms: t - from }],
];
const ran = (task: string, slot: number, start: number, end: number, attempt = 1): Happened[] => [
  [start, { type: 'attempt.started', task, attempt, slot, agent: 'ada' }],
  [end, { type: 'attempt.ended', task, attempt, result: 'ok' }],
];
const completed = (task: string, t: number): Happened => [t, { type: 'task.completed', task, text: 'done' }];

function runOf(names: readonly string[], slots: number, happened: readonly Happened[]) {
  const tasks = names.map((name) => ({
    name,
    description: 'Do it.',
    expected_output: 'It',
    agent: 'ada',
    async: true,
  }));
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Work' }];
  const crew = crewSchema.parse({ format: 'crewlane/1', name: 'crew', agents, tasks });
  const state = newRun(crew);
  const started: EventDraft = { ...STARTED, settings: { ...STARTED.settings, slots } };
  const inOrder = [...happened].sort((a, b) => a[0] - b[0]);
  for (const [at, [t, event]] of ([[0, started], ...inOrder] as const).entries()) {
    // A draft with a stamp is an event. The compiler cannot infer this for the union of all drafts.
    applyEvent(state, { ...event, seq: at + 1, t } as RunEvent);
  }
  const segments = segmentsOf(state, state.t);
  const of = (task: string) =>
    segments.get(task)?.map((piece) => {
      const what = piece.kind === 'waiting' ? `${piece.reason} ${piece.blocker ?? '-'}` : piece.kind;
      return [piece.start, piece.end, what];
    });
  return { crew, state, of };
}

describe('slot start-up', () => {
  test('A task waits for the start-up of a slot until one is ready, and then for the tasks in its slot.', () => {
    const { of } = runOf(['a', 'b', 'c'], 2, [
      ...slotReady(1, 0, 800),
      ...slotReady(2, 0, 1200),
      ...ran('a', 1, 800, 1300),
      completed('a', 1300),
      ...ran('b', 2, 1200, 1500),
      completed('b', 1500),
      ...ran('c', 1, 1300, 1400),
      completed('c', 1400),
    ]);
    expect(of('a')).toEqual([
      [0, 800, 'starting slot 1'],
      [800, 1300, 'running'],
    ]);
    expect(of('b')).toEqual([
      [0, 800, 'starting slot 1'],
      [800, 1200, 'starting slot 2'],
      [1200, 1500, 'running'],
    ]);
    expect(of('c')).toEqual([
      [0, 800, 'starting slot 1'],
      [800, 1200, 'starting slot 2'],
      [1200, 1300, 'slot a'],
      [1300, 1400, 'running'],
    ]);
  });

  test('After a resume, a task waits for the start-up of slots and for no task of the lost process.', () => {
    const { of } = runOf(['a'], 1, [
      ...slotReady(1, 0, 10),
      [10, { type: 'attempt.started', task: 'a', attempt: 1, slot: 1, agent: 'ada' }],
      [
        50,
        { type: 'attempt.ended', task: 'a', attempt: 1, result: 'lost', kind: 'lost', message: 'Lost.', retry_at: 50 },
      ],
      [50, { type: 'run.resumed', wall_ms: 9000, versions: {} }],
      ...slotReady(1, 60, 90),
      ...ran('a', 1, 90, 120, 2),
      completed('a', 120),
    ]);
    expect(of('a')).toEqual([
      [0, 10, 'starting slot 1'],
      [10, 50, 'running'],
      [50, 90, 'starting slot 1'],
      [90, 120, 'running'],
    ]);
  });

  test('More slots during a run are start-up until they are ready.', () => {
    const { of } = runOf(['a', 'b'], 1, [
      ...slotReady(1, 0, 0),
      ...ran('a', 1, 0, 100),
      completed('a', 100),
      [30, { type: 'run.slots', slots: 2 }],
      ...slotReady(2, 32, 60),
      ...ran('b', 2, 60, 90),
      completed('b', 90),
    ]);
    expect(of('b')).toEqual([
      [0, 30, 'slot -'],
      [30, 60, 'starting slot 2'],
      [60, 90, 'running'],
    ]);
  });
});

describe('one blocker per wait', () => {
  test('A wait for a slot is cut where another task takes the slot.', () => {
    const { of } = runOf(['a', 'b', 'c'], 1, [
      ...slotReady(1, 0, 0),
      ...ran('a', 1, 0, 40),
      completed('a', 40),
      ...ran('b', 1, 40, 70),
      completed('b', 70),
      ...ran('c', 1, 70, 80),
      completed('c', 80),
    ]);
    expect(of('c')).toEqual([
      [0, 40, 'slot a'],
      [40, 70, 'slot b'],
      [70, 80, 'running'],
    ]);
  });
});

describe('the end of a task', () => {
  test('The time from the outcome of the last turn to the recorded end is not a wait.', () => {
    const { of } = runOf(['a', 'b'], 1, [
      ...slotReady(1, 0, 0),
      ...ran('a', 1, 0, 40),
      ...ran('b', 1, 40, 90),
      completed('a', 46),
      completed('b', 95),
    ]);
    expect(of('a')).toEqual([
      [0, 40, 'running'],
      [40, 46, 'recording'],
    ]);
  });

  test('A cached task waits for the cache lookup, and a reused one for nothing.', () => {
    const { of } = runOf(['a', 'b'], 1, [
      [2, { type: 'task.completed', task: 'b', text: 'old', kept: 'run-0' }],
      ...slotReady(1, 0, 500),
      [3, { type: 'task.ready', task: 'a' }],
      [5, { type: 'cache.asked', task: 'a' }],
      [90, { type: 'task.completed', task: 'a', text: 'old', cached: 'run-0' }],
      [500, { type: 'run.finished', outcome: 'completed' }],
    ]);
    expect(of('a')).toEqual([
      [0, 3, 'starting slot 1'],
      [3, 90, 'cache -'],
    ]);
    expect(of('b')).toEqual([[0, 2, 'recording']]);
  });
});

test('The shares of the critical path of a paused run add up to 1, and a pause has no share.', () => {
  const { state } = runOf(['a', 'b'], 1, [
    ...slotReady(1, 0, 10),
    ...ran('a', 1, 10, 40),
    completed('a', 40),
    [40, { type: 'run.paused' }],
    [2040, { type: 'run.unpaused' }],
    ...ran('b', 1, 2040, 2100),
    completed('b', 2100),
  ]);
  const { links } = criticalPath(state, state.t);
  expect(links.map(({ reason, share }) => [reason, share])).toEqual([
    ['starting', 0.1],
    [null, 0.3],
    ['paused', null],
    [null, 0.6],
  ]);
});

test('Apportioned units add up to the whole.', () => {
  expect(apportion([1, 1, 1], 1000)).toEqual([334, 333, 333]);
  expect(apportion([0, 5, 0], 1000)).toEqual([0, 1000, 0]);
  expect(apportion([0, 0], 1000)).toEqual([0, 0]);
  for (let size = 1; size < 40; size += 1) {
    const parts = Array.from({ length: size }, (_, at) => (at * 7919) % 101);
    const units = apportion(parts, 1000);
    const hasSize = parts.some((part) => part > 0);
    expect(units.reduce((sum, unit) => sum + unit, 0)).toBe(hasSize ? 1000 : 0);
  }
});
