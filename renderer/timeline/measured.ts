import { useEffect } from 'react';
import { create } from 'zustand';
import { type MeasuredFigures, measuredFigures } from '../../app/reports/figures.ts';
import type { Project } from '../../shared/project/schema.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { TaskStretch } from '../../shared/run/waits.ts';
import { runNow, useRun } from '../store/run.ts';

/** The figures of the drawn run at a moment of it. */
export interface Measured {
  run: string;
  project: Project;
  /** Changed in place by later events; the figures are those of `now`. */
  state: RunState;
  seq: number;
  /** Run time, whole milliseconds. */
  now: number;
  live: boolean;
  figures: MeasuredFigures;
  /** Each task's time, by name. */
  stretches: ReadonlyMap<string, readonly TaskStretch[]>;
  /** Tasks that run on the critical path. */
  critical: ReadonlySet<string>;
}

/** Figures are worked out at most this often, and never for more than a tenth of the time. */
const LEAST_GAP_MS = 100;
const SHARE = 10;
/** Between events what runs still grows: figures of a live run are never older than this. */
const OLDEST_MS = 500;

export const useMeasured = create<{ value: Measured | null }>()(() => ({ value: null }));

let users = 0;
let timer: ReturnType<typeof setTimeout> | null = null;
let lastStart = Number.NEGATIVE_INFINITY;
let lastCost = 0;
let stopListening: () => void = () => {};

/** Keeps `useMeasured` up to date while the component is there, and `active`. */
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
    if (run.id !== before.id) measure();
    else if (run.seq !== before.seq || run.live !== before.live) later(LEAST_GAP_MS);
  });
  measure();
}

function stop(): void {
  stopListening();
  if (timer) clearTimeout(timer);
  timer = null;
}

let due = Number.POSITIVE_INFINITY;

function later(within: number): void {
  const earliest = lastStart + Math.max(LEAST_GAP_MS, lastCost * SHARE);
  const at = Math.max(earliest, performance.now() + Math.min(within, OLDEST_MS) - LEAST_GAP_MS);
  if (timer && due <= at) return;
  if (timer) clearTimeout(timer);
  due = at;
  timer = setTimeout(measure, Math.max(0, at - performance.now()));
}

function measure(): void {
  if (timer) clearTimeout(timer);
  timer = null;
  due = Number.POSITIVE_INFINITY;
  lastStart = performance.now();
  const { id, project, state, seq, live } = useRun.getState();
  if (id === null || !project || !state) {
    if (useMeasured.getState().value) useMeasured.setState({ value: null });
    return;
  }
  const now = runNow();
  const figures = measuredFigures(project, state, { now });
  const stretches = new Map(figures.tasks.map((task) => [task.name, task.stretches]));
  const critical = new Set(figures.path.tasks);
  useMeasured.setState({ value: { run: id, project, state, seq, now, live, figures, stretches, critical } });
  lastCost = performance.now() - lastStart;
  if (live) later(OLDEST_MS);
}
