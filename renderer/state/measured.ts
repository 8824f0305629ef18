import { useEffect } from 'react';
import { create } from 'zustand';
import type { Crew } from '../../shared/crew/schema.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { RunFigures } from './figures/folded-run.ts';
import { type FiguresOfRun, figuresOfShownRun, type Measurement } from './figures/run-figures.ts';
import { type SegmentsByTask, withChanges } from './figures/segments.ts';
import { useRun } from './run.ts';

/** The figures of the shown run at a moment. */
export interface RunFiguresState {
  run: string;
  crew: Crew;
  /** Changed in place by later events, and newer than the rest: figures and segments are those of `seq` and `now`. */
  state: RunState;
  seq: number;
  /** Run time, whole milliseconds. */
  now: number;
  live: boolean;
  /** Whether events are still being read from the run's folder: the figures cover part of the run. */
  reading: boolean;
  figures: RunFigures;
  segments: SegmentsByTask;
  /** Tasks on the critical path. */
  critical: ReadonlySet<string>;
}

/** The minimum interval between queries, in ms … */
const MIN_INTERVAL_MS = 100;
/** … and the maximum share of the time of a CPU, and of the page, for computing and drawing figures. */
const WORKER_SHARE = 1 / 2;
const PAGE_SHARE = 1 / 10;
/** Running times grow between events: figures of a live run are never older than this plus their own cost. */
const MAX_AGE_MS = 500;

export const useMeasured = create<{ value: RunFiguresState | null }>()(() => ({ value: null }));

useRun.subscribe((run, before) => {
  if (run.state !== before.state) useMeasured.setState({ value: null });
});

let users = 0;
let timer: ReturnType<typeof setTimeout> | null = null;
/** The earliest time of the next query, by the page's clock. */
let earliest = Number.NEGATIVE_INFINITY;
/** The run whose answer is pending. */
let asked: FiguresOfRun | null = null;
let stopListening: () => void = () => {};

/** Keeps `useMeasured` current while the component is mounted and `active`. */
export function useMeasuring(active = true): void {
  useEffect(() => {
    if (!active) return;
    users += 1;
    if (users === 1) start();
    return () => {
      users -= 1;
      if (users === 0) stop();
    };
  }, [active]);
}

function start(): void {
  stopListening = useRun.subscribe((run, before) => {
    if (run.state !== before.state) begin();
    else if (run.seq !== before.seq || run.live !== before.live || run.reading !== before.reading)
      later(MIN_INTERVAL_MS);
  });
  if (isLatest(useMeasured.getState().value)) scheduleNextQuery();
  else begin();
}

function begin(): void {
  earliest = Number.NEGATIVE_INFINITY;
  void measure();
}

function stop(): void {
  stopListening();
  if (timer) clearTimeout(timer);
  timer = null;
}

let due = Number.POSITIVE_INFINITY;

function later(within: number): void {
  const at = Math.max(earliest, performance.now() + within);
  if (timer && due <= at) return;
  if (timer) clearTimeout(timer);
  due = at;
  timer = setTimeout(measure, Math.max(0, at - performance.now()));
}

/** One query at a time: events that arrive meanwhile are queried afterwards. */
async function measure(): Promise<void> {
  if (timer) clearTimeout(timer);
  timer = null;
  due = Number.POSITIVE_INFINITY;
  const figures = figuresOfShownRun();
  const { seq, live, reading } = useRun.getState();
  // Start the worker before the first event. There are no figures yet.
  if (!figures || asked === figures || seq === 0) return;
  asked = figures;
  const began = performance.now();
  const answer = await figures.measure();
  if (asked === figures && answer) {
    const answered = performance.now();
    applyMeasurement(answer, { live, reading });
    await nextTask();
    const ended = performance.now();
    earliest = Math.max(began + (answered - began) / WORKER_SHARE, answered + (ended - answered) / PAGE_SHARE);
  }
  // Another run may have been queried meanwhile.
  if (asked !== figures) return;
  asked = null;
  if (answer && users > 0) scheduleNextQuery();
}

function applyMeasurement(
  { seq, now, figures, changed }: Measurement,
  flags: Pick<RunFiguresState, 'live' | 'reading'>,
): void {
  const { id, crew, state } = useRun.getState();
  if (id === null || !crew || !state) return;
  const before = useMeasured.getState().value;
  const segments = withChanges(before?.segments ?? new Map(), before?.now ?? 0, changed, now);
  const critical = new Set(figures.path.tasks);
  useMeasured.setState({ value: { run: id, crew, state, seq, now, ...flags, figures, segments, critical } });
}

/** Lets the page render its new state before continuing. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function scheduleNextQuery(): void {
  if (!isLatest(useMeasured.getState().value)) later(MIN_INTERVAL_MS);
  else if (useRun.getState().live) later(MAX_AGE_MS);
}

/** Whether no event has arrived since. */
function isLatest(value: RunFiguresState | null): boolean {
  const { state, seq, live, reading } = useRun.getState();
  if (value === null || value.state !== state || value.seq !== seq) return false;
  return value.live === live && value.reading === reading;
}
