import type { Crew } from '../../shared/crew/schema.ts';
import type { PushBody } from '../../shared/ipc/channels.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import { call } from '../base/bridge.ts';
import { backToEditing, showCrewOfRun } from './document.ts';
import { NO_RUN, type ShownRun, settledRun } from './stores/run-store.ts';
import { perWindow, storeHook, type WindowState } from './window-state.ts';

type RunUpdate = PushBody<'run.update'>;

/** A value of the shown run. `useRun((run) => run.seq)` renders again after each update. */
export const useRun = storeHook(({ run }) => run);

/** How the window receives the shown run. */
interface Feed {
  /** A run time and the page time at which it was read, to extrapolate run time between updates. */
  clock: { now: number; at: number };
  /** Incremented when another run is shown, so that answers to earlier requests are dropped. */
  showing: number;
  /** Updates that arrived while earlier events were being read. */
  queued: RunUpdate[] | null;
}

const feedOf = perWindow((): Feed => ({ clock: { now: 0, at: 0 }, showing: 0, queued: null }));

/** The current run time in milliseconds; the last run time of a run that has ended. */
export function runNow(win: WindowState): number {
  const feed = feedOf(win);
  const { state, live } = win.run.getState();
  if (!state) return 0;
  if (!live || state.outcome !== null || state.interrupted !== null) return state.finishedAt ?? state.t;
  return Math.max(state.t, Math.round(feed.clock.now + performance.now() - feed.clock.at));
}

/** Shows a run that has just started, of the crew in this window: none of its events has been read. */
export function showNewRun(win: WindowState, id: string, crew: Crew): void {
  const feed = feedOf(win);
  feed.showing += 1;
  feed.queued = null;
  backToEditing(win);
  draw(win, { status: 'live', live: true, ...newContent(id, crew) });
}

/** Shows a run from its folder, finished or in progress. Rejects if the folder cannot be read. */
export function showRun(win: WindowState, id: string): Promise<void> {
  return win.activities.during('run-events', () => readRun(win, id));
}

async function readRun(win: WindowState, id: string): Promise<void> {
  const feed = feedOf(win);
  feed.showing += 1;
  const request = feed.showing;
  feed.queued = [];
  const first = await call('run.events', { run: id, after: 0 }).catch((error: unknown) => {
    if (request === feed.showing) feed.queued = null;
    throw error;
  });
  if (request !== feed.showing) return;
  if (!first.crew) throw new Error(`The first events of ${id} came without its crew.`);
  if (first.of_crew === false) showCrewOfRun(win, first.crew);
  else backToEditing(win);
  draw(win, { status: 'loading', live: first.live, ...newContent(id, first.crew) });
  applyEvents(win, first.events);
  await readRest(win, request).finally(() => {
    if (request === feed.showing) stopLoading(win);
  });
}

function newContent(id: string, crew: Crew) {
  return { id, crew, state: newRun(crew), seq: 0, events: [], texts: new Map() };
}

function draw(win: WindowState, run: ShownRun): void {
  const feed = feedOf(win);
  feed.clock = { now: 0, at: performance.now() };
  win.run.setState(run, true);
}

/** Main owns the run, or it has ended: from its last event, or by an interruption. */
function settle(win: WindowState, live: boolean): void {
  const run = win.run.getState();
  if (run.status !== 'none') win.run.setState(settledRun(run, live), true);
}

/** Reading has ended, with or without a failure. */
function stopLoading(win: WindowState): void {
  const { status, live } = win.run.getState();
  if (status === 'loading') settle(win, live);
}

/** Closes the shown run. The canvas shows the edited crew. */
export function closeRun(win: WindowState): void {
  const feed = feedOf(win);
  feed.showing += 1;
  feed.queued = null;
  backToEditing(win);
  win.run.setState(NO_RUN, true);
}

/**
 * Applies an update: new events and text of the shown run. After a gap, reads the missing events from the run's folder.
 */
export function applyUpdate(win: WindowState, batch: RunUpdate): void {
  const feed = feedOf(win);
  if (feed.queued) {
    feed.queued.push(batch);
    return;
  }
  const { id, seq } = win.run.getState();
  if (batch.run !== id) return;
  const [first] = batch.events;
  if (first && first.seq > seq + 1) {
    feed.queued = [batch];
    const turn = feed.showing;
    readRest(win, turn).catch(() => {
      // The next update finds the gap again, and reads again.
      if (turn === feed.showing) feed.queued = null;
    });
    return;
  }
  feed.clock = { now: batch.now, at: performance.now() };
  applyEvents(win, batch.events);
  if (batch.text.length > 0) applyText(win, batch.text);
}

/** The application released the run after event number `last`. Missing events are read from the run's folder. */
export function applyEnd(win: WindowState, run: string, last: number): void {
  const feed = feedOf(win);
  const { id, seq } = win.run.getState();
  if (id !== run) return;
  if (feed.queued === null && seq >= last) {
    settle(win, false);
    return;
  }
  feed.queued ??= [];
  const turn = feed.showing;
  readRest(win, turn).catch(() => {
    if (turn === feed.showing) settle(win, false);
  });
}

/** Reads page by page until the end, then applies the updates that arrived meanwhile. */
function readRest(win: WindowState, turn: number): Promise<void> {
  return win.activities.during('run-events', () => readPages(win, turn));
}

async function readPages(win: WindowState, turn: number): Promise<void> {
  const feed = feedOf(win);
  for (;;) {
    const { id, seq } = win.run.getState();
    if (id === null) return;
    const page = await call('run.events', { run: id, after: seq });
    if (turn !== feed.showing) return;
    applyEvents(win, page.events);
    if (win.run.getState().seq > seq) continue;
    // Only after its last events: until then the run merely looks interrupted.
    settle(win, page.live);
    break;
  }
  const batches = feed.queued ?? [];
  feed.queued = null;
  for (const batch of batches) applyWithGaps(win, batch);
}

/** After reading, only events that are being written now can be missing. The next update detects that gap. */
function applyWithGaps(win: WindowState, batch: RunUpdate): void {
  const { id, seq } = win.run.getState();
  const [first] = batch.events;
  if (batch.run === id && !(first && first.seq > seq + 1)) applyUpdate(win, batch);
}

function applyEvents(win: WindowState, fresh: readonly RunEvent[]): void {
  const run = win.run.getState();
  if (run.status === 'none') return;
  const { state, events, seq, texts } = run;
  const unknown = fresh.filter((event) => event.seq > seq);
  if (unknown.length === 0) return;
  for (const event of unknown) {
    applyEvent(state, event);
    events.push(event);
  }
  win.run.setState({ seq: state.seq, texts: withoutEnded(texts, unknown) });
}

function applyText(win: WindowState, pieces: RunUpdate['text']): void {
  const texts = new Map(win.run.getState().texts);
  for (const { task, turn, delta } of pieces) {
    const key = turnKey(task, turn);
    texts.set(key, (texts.get(key) ?? '') + delta);
  }
  win.run.setState({ texts });
}

/** The map key of a turn of a task. Names contain no spaces. */
export function turnKey(task: string, turn: string | null): string {
  return turn === null ? task : `${task} ${turn}`;
}

/** Clears the streamed text: each turn, and each model call of a turn, starts with an empty text. */
function withoutEnded(texts: ReadonlyMap<string, string>, events: readonly RunEvent[]): ReadonlyMap<string, string> {
  const over = events.flatMap((event) =>
    event.type === 'llm.call' || event.type === 'attempt.ended' || event.type === 'attempt.started'
      ? [turnKey(event.task, event.turn ?? null)]
      : [],
  );
  if (!over.some((key) => texts.has(key))) return texts;
  const left = new Map(texts);
  for (const key of over) left.delete(key);
  return left;
}
