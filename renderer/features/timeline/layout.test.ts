import { describe, expect, test } from 'vitest';
import { type Crew, crewSchema } from '../../../shared/crew/schema.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import { applyEvent, newRun } from '../../../shared/run/fold.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { segmentsOf } from '../../../shared/run/waits.ts';
import { labelIn } from './bars.ts';
import { dispatchPausesOf } from './dispatch-pauses.ts';
import { hitAt } from './hit.ts';
import { barAt, step, walk } from './keyboard-navigation.ts';
import { type LanesBy, layoutOf, type TimelineLayout } from './layout.ts';
import { GUTTER, ROW, RULER, visibleRows } from './metrics.ts';
import { visibleRange } from './visible-range.ts';

/** first → second, and `alone` in parallel; `second` fails once and is retried. Two slots. */
const crew = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [
    { name: 'ada', role: 'r', goal: 'g' },
    { name: 'bob', role: 'r', goal: 'g' },
  ],
  tasks: [
    { name: 'first', description: 'd', expected_output: 'o', agent: 'ada', async: true, category: 'data' },
    { name: 'second', description: 'd', expected_output: 'o', agent: 'bob', async: true, context: ['first'] },
    { name: 'alone', description: 'd', expected_output: 'o', agent: 'ada', async: true, category: 'data' },
    { name: 'skipped', description: 'd', expected_output: 'o', agent: 'bob', async: true },
  ],
});

type Timed = EventDraft & { t: number };

const started = (t: number, task: string, attempt: number, slot: number, agent: string): Timed => {
  return { t, type: 'attempt.started', task, attempt, slot, agent };
};

const EVENTS: readonly Timed[] = [
  { t: 0, type: 'run.slots', slots: 2 },
  { t: 0, type: 'task.ready', task: 'first' },
  { t: 0, type: 'task.ready', task: 'alone' },
  started(0, 'first', 1, 1, 'ada'),
  started(10, 'alone', 1, 2, 'ada'),
  { t: 500, type: 'milestone', task: 'first', attempt: 1, name: 'half' },
  { t: 1000, type: 'attempt.ended', task: 'first', attempt: 1, result: 'ok' },
  { t: 1000, type: 'task.completed', task: 'first', text: '' },
  { t: 1000, type: 'task.ready', task: 'second' },
  { t: 1000, type: 'task.skipped', task: 'skipped', because: ['first'] },
  started(1000, 'second', 1, 1, 'bob'),
  {
    t: 1500,
    type: 'attempt.ended',
    task: 'second',
    attempt: 1,
    result: 'error',
    kind: 'http',
    message: 'no',
    retry_at: 2000,
  },
  { t: 1800, type: 'slot.exited', slot: 1, where: 'local:4711', reason: 'memory', detail: 'over its memory limit' },
  { t: 1850, type: 'slot.started', slot: 1, where: 'local:4712' },
  { t: 1900, type: 'slot.exited', slot: 2, where: 'local:4713', reason: 'ended' },
  started(2000, 'second', 2, 1, 'bob'),
];
const NOW = 3000;

function runOf(crew: Crew, events: readonly Timed[]): RunState {
  const state = newRun(crew);
  events.forEach((event, at) => {
    applyEvent(state, { ...event, seq: at + 1 });
  });
  return state;
}

const state = runOf(crew, EVENTS);

function layoutBy(by: LanesBy): TimelineLayout {
  const predicted = { first: { start_ms: 0, end_ms: 900, slot: 1 } };
  return layoutOf({
    crew,
    state,
    by,
    segments: segmentsOf(state, NOW),
    critical: new Set(['first']),
    predicted,
  });
}

test('The layout contains dispatch pauses: pauses, and a budget that was used up', () => {
  const stopped = runOf(crew, [
    ...EVENTS,
    { type: 'run.paused', t: 2100 },
    { type: 'run.unpaused', t: 2200 },
    { type: 'budget.reached', t: 2300, spent_usd: 1, budget_usd: 1 },
  ]);
  expect(dispatchPausesOf(stopped)).toEqual([
    { start: 2100, end: 2200, reason: 'paused' },
    { start: 2300, end: null, reason: 'budget' },
  ]);
});

/** ada and bob propose for a motto, ada's vote follows. */
const council = crewSchema.parse({
  format: 'crewlane/1',
  name: 'council',
  process: 'consensual',
  agents: crew.agents,
  tasks: [{ name: 'motto', description: 'd', expected_output: 'o', async: true }],
});
const turn = (name: string, slot: number, start: number, end: number): Timed[] => [
  { ...started(start, 'motto', 1, slot, name.split(':')[1] ?? ''), turn: name } as Timed,
  { t: end, type: 'attempt.ended', task: 'motto', attempt: 1, turn: name, result: 'ok', text: 'x' },
];

describe('A consensual task', () => {
  const events = [
    ...turn('propose:ada', 1, 0, 400),
    ...turn('propose:bob', 2, 0, 500),
    ...turn('vote:ada', 1, 500, 600),
  ];
  const counciled = runOf(
    council,
    [{ t: 0, type: 'run.slots', slots: 2 } as Timed, ...events].toSorted((a, b) => a.t - b.t),
  );
  const place = (start_ms: number, end_ms: number, slot: number) => ({ start_ms, end_ms, slot });
  const turns = { 'propose:ada': place(0, 300, 1), 'propose:bob': place(0, 300, 2), 'vote:ada': place(300, 600, 1) };
  const layout = (by: LanesBy) =>
    layoutOf({
      crew: council,
      state: counciled,
      by,
      segments: segmentsOf(counciled, 600),
      critical: new Set(),
      predicted: { motto: { ...place(0, 600, 1), turns } },
    });

  test('A consensual task has a bar for each turn, grouped by agent in the lane of the proposing or voting agent', () => {
    const { lanes, rows } = layout('agent');
    expect(lanes.map(({ label }) => label)).toEqual(['ada', 'bob']);
    expect(rows.map(({ bars }) => bars.map(({ label }) => label))).toEqual([
      ['motto · propose ada', 'motto · vote ada'],
      ['motto · propose bob'],
    ]);
  });

  test('A consensual task has one prediction per turn instead of one long task in one slot', () => {
    for (const by of ['slot', 'agent'] as const) {
      expect(layout(by).rows.map(({ outlines }) => outlines.map(({ start, end }) => [start, end]))).toEqual([
        [
          [0, 300],
          [300, 600],
        ],
        [[0, 300]],
      ]);
    }
    expect(layout('task').rows.flatMap(({ outlines }) => outlines.map(({ start, end }) => [start, end]))).toEqual([
      [0, 600],
    ]);
  });
});

describe('Lanes', () => {
  test('Lanes by slot have one lane per slot and one bar per attempt', () => {
    const { lanes, rows } = layoutBy('slot');
    expect(lanes.map((lane) => lane.label)).toEqual(['slot 1', 'slot 2', 'no slot']);
    expect(rows[0]?.bars.map((bar) => [bar.label, bar.style])).toEqual([
      ['first', 'completed'],
      ['second', 'failed'],
      ['second · attempt 2', 'running'],
    ]);
    expect(rows[1]?.bars.map((bar) => bar.end)).toEqual([null]);
  });

  test('Lanes by task show only the attempt on a bar, if there is more than one', () => {
    const bars = layoutBy('task').rows.flatMap((row) => row.bars);
    expect(bars.map((bar) => labelIn(true, bar))).toEqual(['first', 'second', 'attempt 2', 'alone']);
    expect(bars.map((bar) => labelIn(false, bar))).toEqual(['first', 'second', 'second · attempt 2', 'alone']);
  });

  test('Lanes by slot start the wait of a turn at the end of the bar before it', () => {
    const [row] = layoutBy('slot').rows;
    expect(row?.waits.map(({ task, start, end, reason }) => [task, start, end, reason])).toEqual([
      ['second', 1500, 2000, 'retry'],
    ]);
  });

  test('Lanes by task show a wait completely, with its reason and its blocker', () => {
    const row = layoutBy('task').rows.find(({ bars }) => bars[0]?.task === 'second');
    const [wait] = row?.waits ?? [];
    expect(wait).toMatchObject({ start: 0, end: 1000, reason: 'context', blocker: 'first', open: false });
  });

  test('Lanes by agent have separate tracks for concurrent turns and for tasks that never started', () => {
    const { lanes } = layoutBy('agent');
    expect(lanes.map(({ label, rowCount }) => [label, rowCount])).toEqual([
      ['ada', 2],
      ['bob', 2],
    ]);
  });

  test('Lanes by category show a task without a category in the lane of its agent', () => {
    expect(layoutBy('category').lanes.map((lane) => lane.label)).toEqual(['data', 'bob']);
  });

  test('Lanes show a task that ended without a turn as a marker', () => {
    const marks = layoutBy('task').rows.flatMap((row) => row.marks);
    expect(marks).toEqual([{ task: 'skipped', t: 1000, style: 'skipped' }]);
  });

  test('Lanes show predictions as outlines, and mark critical tasks', () => {
    const [row] = layoutBy('slot').rows;
    expect(row?.outlines).toEqual([{ task: 'first', start: 0, end: 900, label: null }]);
    expect(row?.bars.map((bar) => bar.critical)).toEqual([true, false, false]);
  });

  test('Bars never overlap in a track, in any grouping', () => {
    for (const by of ['slot', 'task', 'agent', 'category'] as const) {
      for (const { bars } of layoutBy(by).rows) {
        bars.slice(1).forEach((bar, at) => {
          expect(bar.start).toBeGreaterThanOrEqual(bars[at]?.end ?? Number.POSITIVE_INFINITY);
        });
      }
    }
  });
});

describe('The visible part', () => {
  const items = Array.from({ length: 1000 }, (_, at) => ({ start: at * 10, end: at === 999 ? null : at * 10 + 8 }));

  test('The visible part between two times contains the same items as a linear search', () => {
    for (const [from, to] of [
      [0, 5],
      [9, 9.5],
      [123, 456],
      [9985, 20_000],
      [-50, -1],
    ] as const) {
      const { first, end } = visibleRange(items, from, to);
      const expected = items.filter((item) => item.start <= to && (item.end ?? Number.POSITIVE_INFINITY) > from);
      expect(items.slice(first, end)).toEqual(expected);
    }
  });

  test('The visible part of ten thousand tracks is only a few tracks', () => {
    const viewport = { width: 1000, height: 324, curves: 60, scrollTop: 4800, curvesScroll: 0 };
    expect(visibleRows(viewport, 10_000)).toEqual({ first: 200, end: 210 });
  });
});

describe('The pointer', () => {
  const viewport = { width: GUTTER + 300, height: 400, curves: 0, scrollTop: 0, curvesScroll: 0 };
  const at = (t: number, row: number) =>
    hitAt(layoutBy('slot'), { from: 0, msPerPx: 10 }, viewport, NOW, GUTTER + t / 10, RULER + row * ROW + ROW / 2);

  test('The pointer hits the bar under it, and a running bar up to now', () => {
    expect(at(200, 0)).toMatchObject({ kind: 'bar', bar: { label: 'first' } });
    expect(at(2900, 1)).toMatchObject({ kind: 'bar', bar: { label: 'alone' } });
    expect(at(3200, 1)).toBeNull();
  });

  test('The pointer hits the milestone under it', () => {
    expect(at(510, 0)).toMatchObject({ kind: 'bar', milestone: { name: 'half' } });
  });

  test('The pointer hits the wait between two bars', () => {
    expect(at(1700, 0)).toMatchObject({ kind: 'wait', wait: { reason: 'retry' } });
  });

  test('The pointer hits the unexpected exit of a slot process, with its reason', () => {
    expect(at(1800, 0)).toMatchObject({
      kind: 'exit',
      exit: { slot: 1, text: 'process local:4711 ended: over 1,024 MiB; replaced' },
    });
    expect(at(1900, 1)).not.toMatchObject({ kind: 'exit' });
  });

  test('The pointer hits tasks that ended without a slot in a separate lane, the last one', () => {
    expect(layoutBy('slot').lanes.at(-1)).toMatchObject({ label: 'no slot', rowCount: 1 });
    expect(at(1000, 2)).toMatchObject({ kind: 'mark', marker: { task: 'skipped', style: 'skipped' }, others: [] });
  });

  test('The pointer hits nothing outside the lanes', () => {
    expect(hitAt(layoutBy('slot'), { from: 0, msPerPx: 10 }, viewport, NOW, GUTTER - 5, RULER + 5)).toBeNull();
    expect(at(200, 7)).toBeNull();
  });
});

describe('The keyboard', () => {
  const { rows } = layoutBy('slot');

  test('The keyboard moves to the first bar, right along the lane, and down to the nearest bar in time', () => {
    const first = walk(rows, null, 'right');
    const second = walk(rows, first, 'right');
    expect([barAt(rows, first)?.label, barAt(rows, second)?.task]).toEqual(['first', 'second']);
    expect(barAt(rows, walk(rows, second, 'down'))?.label).toBe('alone');
    expect(walk(rows, first, 'left')).toBeNull();
  });

  test('The keyboard moves through all bars in order of their start', () => {
    const names: string[] = [];
    for (let place = step(rows, null, 1); place !== null; place = step(rows, place, 1)) {
      names.push(barAt(rows, place)?.label ?? '');
    }
    expect(names).toEqual(['first', 'alone', 'second', 'second · attempt 2']);
  });
});

test('The start of a slot is in the lane of the slot', () => {
  const layout = layoutBy('slot');
  expect(layout.rows.map(({ starts }) => starts)).toEqual([[{ slot: 1, start: 1850, end: null }], [], []]);
  expect(layoutBy('task').rows.every(({ starts }) => starts.length === 0)).toBe(true);
});
