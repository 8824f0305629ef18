import { create } from 'zustand';
import type { PushBody } from '../../shared/ipc/channels.ts';
import type { Crew } from '../../shared/project/schema.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import { call } from '../base/bridge.ts';
import { backToEditing, showCrewOfRun } from './document.ts';

type Batch = PushBody<'run.update'>;

interface RunStore {
  /** The run that the window draws; null: none yet. */
  id: string | null;
  /** As it was run; the crew in the editor may have changed since. */
  project: Crew | null;
  /** Folded in place: who renders it watches `seq`. */
  state: RunState | null;
  seq: number;
  /** This application carries it. */
  live: boolean;
  /** It was opened, and more of its events are still to come out of its folder: nothing can be said of its end yet. */
  reading: boolean;
  /** All events, in order. Grown in place: who renders it watches `seq`. */
  events: RunEvent[];
  /** Streamed text of running turns, by `turnKey`, until what they gave is there. */
  texts: ReadonlyMap<string, string>;
}

const NOTHING: RunStore = {
  id: null,
  project: null,
  state: null,
  seq: 0,
  live: false,
  reading: false,
  events: [],
  texts: new Map(),
};

/** The drawn run. `useRun((run) => run.seq)` renders again after each batch of events. */
export const useRun = create<RunStore>()(() => NOTHING);

/** What run time stood at, and when by this page's clock, to draw what is still running between batches. */
let clock = { now: 0, at: 0 };
/** Counts what is shown: the answer to an earlier question is dropped. */
let showing = 0;
/** Batches that came while earlier events were being read. */
let held: Batch[] | null = null;

/** Run time now, in milliseconds; of a run that has ended, its last. */
export function runNow(): number {
  const { state, live } = useRun.getState();
  if (!state) return 0;
  if (!live || state.outcome !== null || state.interrupted !== null) return state.finishedAt ?? state.t;
  return Math.max(state.t, Math.round(clock.now + performance.now() - clock.at));
}

/** Draws a run that has just started, of a crew that stands in this window: all its events are still to come. */
export function drawNew(id: string, project: Crew): void {
  showing += 1;
  held = null;
  backToEditing();
  draw(id, project, { live: true, reading: false });
}

/** Draws a run out of its folder: an earlier one, or one that goes on. Rejects where that cannot be read. */
export async function showRun(id: string): Promise<void> {
  showing += 1;
  const turn = showing;
  held = [];
  const first = await call('run.events', { run: id, after: 0 }).catch((error: unknown) => {
    if (turn === showing) held = null;
    throw error;
  });
  if (turn !== showing) return;
  if (!first.project) throw new Error(`The first events of ${id} came without its crew.`);
  if (first.of_crew === false) showCrewOfRun(first.project);
  else backToEditing();
  draw(id, first.project, { live: first.live, reading: true });
  take(first.events);
  await readOn(turn).finally(() => {
    if (turn === showing) useRun.setState({ reading: false });
  });
}

function draw(id: string, project: Crew, how: Pick<RunStore, 'live' | 'reading'>): void {
  clock = { now: 0, at: performance.now() };
  useRun.setState({ ...NOTHING, id, project, state: newRun(project), ...how, texts: new Map(), events: [] });
}

/** Shows no run any more. The canvas shows the crew that is being edited. */
export function closeRun(): void {
  showing += 1;
  held = null;
  backToEditing();
  useRun.setState({ ...NOTHING, events: [] });
}

/** New events and text of the run that is drawn. After a gap what is missing is read from its folder. */
export function takeBatch(batch: Batch): void {
  if (held) {
    held.push(batch);
    return;
  }
  const { id, seq } = useRun.getState();
  if (batch.run !== id) return;
  const [first] = batch.events;
  if (first && first.seq > seq + 1) {
    held = [batch];
    void readOn(showing);
    return;
  }
  clock = { now: batch.now, at: performance.now() };
  take(batch.events);
  if (batch.text.length > 0) takeText(batch.text);
}

/** The application lets go of the run, whose last event is number `last`: what has not come is read from its folder. */
export function takeEnd(run: string, last: number): void {
  const { id, seq } = useRun.getState();
  if (id !== run) return;
  if (held === null && seq >= last) {
    useRun.setState({ live: false });
    return;
  }
  held ??= [];
  const turn = showing;
  readOn(turn).catch(() => {
    if (turn === showing) useRun.setState({ live: false });
  });
}

/** Reads page after page until there is none, then takes what was pushed meanwhile. */
async function readOn(turn: number): Promise<void> {
  for (;;) {
    const { id, seq } = useRun.getState();
    if (id === null) return;
    const page = await call('run.events', { run: id, after: seq });
    if (turn !== showing) return;
    take(page.events);
    if (useRun.getState().seq > seq) continue;
    // Not before its last events are there: until then it only looks cut off.
    useRun.setState({ live: page.live, reading: false });
    break;
  }
  const batches = held ?? [];
  held = null;
  for (const batch of batches) takeWithGaps(batch);
}

/** After a reading nothing is missing but what is being written now: the next batch finds that gap. */
function takeWithGaps(batch: Batch): void {
  const { id, seq } = useRun.getState();
  const [first] = batch.events;
  if (batch.run === id && !(first && first.seq > seq + 1)) takeBatch(batch);
}

function take(fresh: readonly RunEvent[]): void {
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

function takeText(pieces: Batch['text']): void {
  const texts = new Map(useRun.getState().texts);
  for (const { task, turn, delta } of pieces) {
    const key = turnKey(task, turn);
    texts.set(key, (texts.get(key) ?? '') + delta);
  }
  useRun.setState({ texts });
}

/** One text for a turn of a task, for maps; names hold no spaces. */
export function turnKey(task: string, turn: string | null): string {
  return turn === null ? task : `${task} ${turn}`;
}

/** The text of a turn, and of each of its model calls, starts anew. */
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
