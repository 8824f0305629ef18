import { useEffect } from 'react';
import { type FiguresOfRun, figuresOfShownRun, type Measurement } from './figures/run-figures.ts';
import { withChanges } from './figures/segments.ts';
import type { RunFiguresState } from './stores/measured-store.ts';
import { perWindow, storeHook, useWindowState, type WindowState } from './window-state.ts';

/** The minimum interval between queries, in ms … */
const MIN_INTERVAL_MS = 100;
/** … and the maximum share of the time of a CPU, and of the page, for computing and drawing figures. */
const WORKER_SHARE = 1 / 2;
const PAGE_SHARE = 1 / 10;
/** Running times grow between events: figures of a live run are never older than this plus their own cost. */
const MAX_AGE_MS = 500;

/** A value of the figures of the shown run. */
export const useMeasured = storeHook(({ measured }) => measured);

/** Keeps `useMeasured` current while the component is mounted and `active`. */
export function useMeasuring(active = true): void {
  const win = useWindowState();
  useEffect(() => (active ? measuringOf(win).use() : undefined), [win, active]);
}

/** Queries the figures of the shown run, as long as somebody uses them. */
class Measuring {
  readonly #win: WindowState;
  #users = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** The time of the scheduled query, by the page's clock. */
  #due = Number.POSITIVE_INFINITY;
  /** The earliest time of the next query, by the page's clock. */
  #earliest = Number.NEGATIVE_INFINITY;
  /** Ends the activity of a query that is scheduled because the figures are outdated. */
  #endWait: (() => void) | null = null;
  /** The run whose answer is pending. */
  #asked: FiguresOfRun | null = null;
  #stopListening: () => void = () => undefined;

  constructor(win: WindowState) {
    this.#win = win;
  }

  /** Keeps the figures current until the returned function is called. */
  use(): () => void {
    this.#users += 1;
    if (this.#users === 1) this.#start();
    return () => {
      this.#users -= 1;
      if (this.#users === 0) this.#stop();
    };
  }

  #start(): void {
    this.#stopListening = this.#win.run.subscribe((run, before) => {
      if (run.state !== before.state) this.#begin();
      else if (run.seq !== before.seq || run.live !== before.live || run.status !== before.status)
        this.#later(MIN_INTERVAL_MS);
    });
    if (this.#isLatest()) this.#scheduleNextQuery();
    else this.#begin();
  }

  #begin(): void {
    this.#earliest = Number.NEGATIVE_INFINITY;
    void this.#measure();
  }

  #stop(): void {
    this.#stopListening();
    this.#clearTimer();
    this.#endWaiting();
  }

  #later(within: number): void {
    if (!this.#isLatest()) this.#endWait ??= this.#win.activities.begin('figures');
    const at = Math.max(this.#earliest, performance.now() + within);
    if (this.#timer && this.#due <= at) return;
    this.#clearTimer();
    this.#due = at;
    this.#timer = setTimeout(() => void this.#measure(), Math.max(0, at - performance.now()));
  }

  #clearTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** The query that was waited for begins, or nobody waits for it any more. */
  #endWaiting(): void {
    this.#endWait?.();
    this.#endWait = null;
  }

  #measure(): Promise<void> {
    this.#clearTimer();
    this.#endWaiting();
    this.#due = Number.POSITIVE_INFINITY;
    return this.#win.activities.during('figures', () => this.#query());
  }

  /** One query at a time: events that arrive meanwhile are queried afterwards. */
  async #query(): Promise<void> {
    const figures = figuresOfShownRun(this.#win);
    const { status, seq, live } = this.#win.run.getState();
    // Start the worker before the first event. There are no figures yet.
    if (!figures || status === 'none' || this.#asked === figures || seq === 0) return;
    this.#asked = figures;
    const began = performance.now();
    const answer = await figures.measure();
    if (this.#asked === figures && answer) {
      const answered = performance.now();
      this.#applyMeasurement(answer, { live, status });
      await nextTask();
      const ended = performance.now();
      this.#earliest = Math.max(began + (answered - began) / WORKER_SHARE, answered + (ended - answered) / PAGE_SHARE);
    }
    // Another run may have been queried meanwhile.
    if (this.#asked !== figures) return;
    this.#asked = null;
    if (answer && this.#users > 0) this.#scheduleNextQuery();
  }

  #applyMeasurement(
    { seq, now, figures, changed }: Measurement,
    flags: Pick<RunFiguresState, 'live' | 'status'>,
  ): void {
    const { id, state } = this.#win.run.getState();
    if (id === null || !state) return;
    const { crew } = state;
    const before = this.#win.measured.getState().value;
    const segments = withChanges(before?.segments ?? new Map(), before?.now ?? 0, changed, now);
    const critical = new Set(figures.path.tasks);
    this.#win.measured.setState({ value: { run: id, crew, state, seq, now, ...flags, figures, segments, critical } });
  }

  #scheduleNextQuery(): void {
    if (!this.#isLatest()) this.#later(MIN_INTERVAL_MS);
    else if (this.#win.run.getState().live) this.#later(MAX_AGE_MS);
  }

  /** Whether no event has arrived since the last answer. */
  #isLatest(): boolean {
    const { status, state, seq, live } = this.#win.run.getState();
    const { value } = this.#win.measured.getState();
    if (value === null || value.state !== state || value.seq !== seq) return false;
    return value.live === live && value.status === status;
  }
}

const measuringOf = perWindow((win) => new Measuring(win));

/** Lets the page render its new state before continuing. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
