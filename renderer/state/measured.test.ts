// @vitest-environment happy-dom
import { createElement } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { measuredFigures } from '../../shared/figures/figures.ts';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import { type RandomRun, randomRun } from '../../shared/run/testing/random-run.ts';
import { draw, until } from '../testing/page.ts';
import { win } from '../testing/window.ts';
import { figuresOfShownRun } from './figures/run-figures.ts';
import { ManualWorker } from './figures/testing.ts';
import { useMeasuring } from './measured.ts';
import { applyEnd, applyUpdate, showNewRun } from './run.ts';

const RUN = randomRun(5);
const OTHER = randomRun(6);

function Measuring(): null {
  useMeasuring();
  return null;
}

beforeEach(() => draw(createElement(Measuring)));

const value = () => win.measured.getState().value;
const worker = () => ManualWorker.all.at(-1) ?? new ManualWorker();

function take(id: string, { events }: RandomRun, from: number, to: number): void {
  applyUpdate(win, { run: id, events: events.slice(from, to), text: [], now: events[to - 1]?.t ?? 0 });
}

async function isAsked(held: ManualWorker): Promise<void> {
  await until(() => expect(held.pending).toHaveLength(1));
}

test('A run that has ended has the figures of the reports, computed from the events that the page received', async () => {
  showNewRun(win, 'r', RUN.crew);
  const { length } = RUN.events;
  for (let at = 0; at < length; at += 25) {
    take('r', RUN, at, Math.min(length, at + 25));
    await isAsked(worker());
    worker().answer();
  }
  applyEnd(win, 'r', length);
  await until(() => {
    worker().answer();
    expect(value()).toMatchObject({ seq: length, live: false });
  });
  expect(worker().parts.reduce((sum, part) => sum + part, 0)).toBe(length);

  const state = newRun(RUN.crew);
  for (const event of RUN.events) applyEvent(state, event);
  const { tasks, ...figures } = measuredFigures(state);
  expect(value()?.figures).toMatchObject(figures);
  for (const { name, segments } of tasks) expect(value()?.segments.get(name)).toEqual(segments);
});

test('A run without events has no figures, but its worker exists', () => {
  showNewRun(win, 'r', RUN.crew);
  expect(ManualWorker.all).toHaveLength(1);
  expect(worker().pending).toEqual([]);
});

test('While a query is pending no other is sent; events that arrive meanwhile are queried afterwards', async () => {
  vi.useFakeTimers();
  showNewRun(win, 'r', RUN.crew);
  take('r', RUN, 0, 5);
  await vi.advanceTimersByTimeAsync(1000);
  take('r', RUN, 5, 10);
  await vi.advanceTimersByTimeAsync(1000);
  expect(worker().pending).toHaveLength(1);
  worker().answer();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(worker().pending).toHaveLength(1);
  worker().answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(value()?.seq).toBe(10);
});

test('The time of a run in progress grows when the panel opens again, even without events', async () => {
  vi.useFakeTimers();
  showNewRun(win, 'r', RUN.crew);
  take('r', RUN, 0, 50);
  await vi.advanceTimersByTimeAsync(1000);
  worker().answer();
  await vi.advanceTimersByTimeAsync(0);
  const before = value()?.now ?? 0;
  draw(null);
  await vi.advanceTimersByTimeAsync(2000);
  expect(worker().pending).toEqual([]);
  draw(createElement(Measuring));
  await vi.advanceTimersByTimeAsync(2000);
  worker().answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(value()?.now).toBeGreaterThan(before);
});

test('When another run is shown, the previous figures disappear, and a late answer is dropped', async () => {
  showNewRun(win, 'r', RUN.crew);
  take('r', RUN, 0, 50);
  await until(() => {
    worker().answer();
    expect(value()?.seq).toBe(50);
  });
  take('r', RUN, 50, 60);
  const late = worker();
  await isAsked(late);
  showNewRun(win, 'other', OTHER.crew);
  expect(value()).toBeNull();
  expect(late.isEnded).toBe(true);
  late.answer();
  take('other', OTHER, 0, 20);
  await isAsked(worker());
  expect(value()).toBeNull();
  worker().answer();
  await until(() => expect(value()).toMatchObject({ run: 'other', seq: 20 }));
});

test('A run that is loaded again is measured again', async () => {
  showNewRun(win, 'r', RUN.crew);
  take('r', RUN, 0, 50);
  await isAsked(worker());
  showNewRun(win, 'r', RUN.crew);
  take('r', RUN, 0, 20);
  await until(() => {
    worker().answer();
    expect(value()?.seq).toBe(20);
  });
  expect(ManualWorker.all).toHaveLength(2);
});

test('Many events are sent in parts, and the query does not wait for events that arrive meanwhile', async () => {
  vi.useFakeTimers();
  showNewRun(win, 'r', RUN.crew);
  takeMilestones(1, 2500);
  while (worker().pending.length === 0) {
    const before = worker().parts.length;
    await vi.advanceTimersToNextTimerAsync();
    if (worker().parts.length > before) takeMilestones(win.run.getState().seq + 1, 1000);
  }
  worker().answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(worker().parts).toEqual([1000, 1000, 500]);
  expect(value()?.seq).toBe(2500);
  expect(win.run.getState().seq).toBeGreaterThan(2500);
});

function takeMilestones(from: number, count: number): void {
  const milestone = { type: 'milestone', t: 1, task: 'none', attempt: 1, name: 'm' } as const;
  const events = Array.from({ length: count }, (_, at) => ({ ...milestone, seq: from + at }));
  applyUpdate(win, { run: 'r', events, text: [], now: 1 });
}

test('A worker failure is reported, and pending queries are rejected', async () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  showNewRun(win, 'r', RUN.crew);
  take('r', RUN, 0, 20);
  await isAsked(worker());
  const picture = figuresOfShownRun(win)?.draw();
  worker().onerror?.({ message: 'no such task' });
  expect(await picture).toBeNull();
  expect(String(reported.mock.calls[0]?.[0])).toContain('no such task');
  expect(win.ui.getState().toasts.at(-1)?.text).toContain('Reopen it from the Runs tab');
  expect(win.run.getState().id).toBe('r');
});
