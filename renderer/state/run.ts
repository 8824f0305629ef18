import { create } from 'zustand';
import type { Crew } from '../../shared/crew/schema.ts';
import type { PushBody } from '../../shared/ipc/channels.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import { call } from '../base/bridge.ts';
import { backToEditing, showCrewOfRun } from './document.ts';

type RunUpdate = PushBody<'run.update'>;

interface RunStore {
  /** The run that the window shows; null: none yet. */
  id: string | null;
  /** The crew of the run. The crew in the editor may have changed since. */
  crew: Crew | null;
  /** Changed in place: components that render it subscribe to `seq`. */
  state: RunState | null;
  seq: number;
  /** Whether this application owns the run. */
  live: boolean;
  /** Whether events are still being read from the run's folder. Until then, the end of the run is unknown. */
  reading: boolean;
  /** All events, in order. Appended in place: components that render it subscribe to `seq`. */
  events: RunEvent[];
  /** Streamed text of running turns, by `turnKey`, until their outcome arrives. */
  texts: ReadonlyMap<string, string>;
}

const NOTHING: RunStore = {
  id: null,
  crew: null,
  state: null,
  seq: 0,
  live: false,
  reading: false,
  events: [],
  texts: new Map(),
};

/** The shown run. `useRun((run) => run.seq)` renders again after each update. */
export const useRun = create<RunStore>()(() => NOTHING);

/** A run time and the page time at which it was read, to extrapolate run time between updates. */
let clock = { now: 0, at: 0 };
/** Incremented when another run is shown, so that answers to earlier requests are dropped. */
let showing = 0;
/** Updates that arrived while earlier events were being read. */
let queued: RunUpdate[] | null = null;

/** The current run time in milliseconds; the last run time of a run that has ended. */
export function runNow(): number {
  const { state, live } = useRun.getState();
  if (!state) return 0;
  if (!live || state.outcome !== null || state.interrupted !== null) return state.finishedAt ?? state.t;
  return Math.max(state.t, Math.round(clock.now + performance.now() - clock.at));
}

/** Shows a run that has just started, of the crew in this window: none of its events has been read. */
export function showNewRun(id: string, crew: Crew): void {
  showing += 1;
  queued = null;
  backToEditing();
  draw(id, crew, { live: true, reading: false });
}

/** Shows a run from its folder, finished or in progress. Rejects if the folder cannot be read. */
export async function showRun(id: string): Promise<void> {
  showing += 1;
  const request = showing;
  queued = [];
  const first = await call('run.events', { run: id, after: 0 }).catch((error: unknown) => {
    if (request === showing) queued = null;
    throw error;
  });
  if (request !== showing) return;
  if (!first.crew) throw new Error(`The first events of ${id} came without its crew.`);
  if (first.of_crew === false) showCrewOfRun(first.crew);
  else backToEditing();
  draw(id, first.crew, { live: first.live, reading: true });
  applyEvents(first.events);
  await readRest(request).finally(() => {
    if (request === showing) useRun.setState({ reading: false });
  });
}

function draw(id: string, crew: Crew, how: Pick<RunStore, 'live' | 'reading'>): void {
  clock = { now: 0, at: performance.now() };
  useRun.setState({ ...NOTHING, id, crew, state: newRun(crew), ...how, texts: new Map(), events: [] });
}

/** Closes the shown run. The canvas shows the edited crew. */
export function closeRun(): void {
  showing += 1;
  queued = null;
  backToEditing();
  useRun.setState({ ...NOTHING, events: [] });
}

/**
 * Applies an update: new events and text of the shown run. After a gap, reads the missing events from the run's folder.
 */
export function applyUpdate(batch: RunUpdate): void {
  if (queued) {
    queued.push(batch);
    return;
  }
  const { id, seq } = useRun.getState();
  if (batch.run !== id) return;
  const [first] = batch.events;
  if (first && first.seq > seq + 1) {
    queued = [batch];
    void readRest(showing);
    return;
  }
  clock = { now: batch.now, at: performance.now() };
  applyEvents(batch.events);
  if (batch.text.length > 0) applyText(batch.text);
}

/** The application released the run after event number `last`. Missing events are read from the run's folder. */
export function applyEnd(run: string, last: number): void {
  const { id, seq } = useRun.getState();
  if (id !== run) return;
  if (queued === null && seq >= last) {
    useRun.setState({ live: false });
    return;
  }
  queued ??= [];
  const turn = showing;
  readRest(turn).catch(() => {
    if (turn === showing) useRun.setState({ live: false });
  });
}

/** Reads page by page until the end, then applies the updates that arrived meanwhile. */
async function readRest(turn: number): Promise<void> {
  for (;;) {
    const { id, seq } = useRun.getState();
    if (id === null) return;
    const page = await call('run.events', { run: id, after: seq });
    if (turn !== showing) return;
    applyEvents(page.events);
    if (useRun.getState().seq > seq) continue;
    // Only after its last events: until then the run merely looks interrupted.
    useRun.setState({ live: page.live, reading: false });
    break;
  }
  const batches = queued ?? [];
  queued = null;
  for (const batch of batches) applyWithGaps(batch);
}

/** After reading, only events that are being written now can be missing. The next update detects that gap. */
function applyWithGaps(batch: RunUpdate): void {
  const { id, seq } = useRun.getState();
  const [first] = batch.events;
  if (batch.run === id && !(first && first.seq > seq + 1)) applyUpdate(batch);
}

function applyEvents(fresh: readonly RunEvent[]): void {
  const { state, events, seq, texts } = useRun.getState();
  if (!state) return;
  const unknown = fresh.filter((event) => event.seq > seq);
  if (unknown.length === 0) return;
  for (const event of unknown) {
    applyEvent(state, event);
    events.push(event);
  }
  useRun.setState({ seq: state.seq, texts: withoutEnded(texts, unknown) });
}

function applyText(pieces: RunUpdate['text']): void {
  const texts = new Map(useRun.getState().texts);
  for (const { task, turn, delta } of pieces) {
    const key = turnKey(task, turn);
    texts.set(key, (texts.get(key) ?? '') + delta);
  }
  useRun.setState({ texts });
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
