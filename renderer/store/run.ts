import { create } from 'zustand';
import type { PushBody } from '../../shared/ipc/channels.ts';
import type { Project } from '../../shared/project/schema.ts';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import { call } from '../bridge.ts';

interface RunStore {
  /** The run that the window draws; null: none yet. */
  id: string | null;
  /** As it was run; the crew in the editor may have changed since. */
  project: Project | null;
  /** Folded in place: who renders it watches `seq`. */
  state: RunState | null;
  seq: number;
  /** This application carries it. */
  live: boolean;
  /** All events, in order. Grown in place: who renders it watches `seq`. */
  events: RunEvent[];
  /** Streamed text of running attempts by task, until their result is there. */
  texts: ReadonlyMap<string, string>;
}

const NOTHING: RunStore = { id: null, project: null, state: null, seq: 0, live: false, events: [], texts: new Map() };

export const useRun = create<RunStore>()(() => NOTHING);

/** What run time stood at, and when by this page's clock, to draw what is still running between batches. */
let clock = { now: 0, at: 0 };

/** Run time now, in milliseconds; of a run that has ended or is paused, its last. */
export function runNow(): number {
  const { state, live } = useRun.getState();
  if (!state) return 0;
  if (!live || state.outcome !== null || state.interrupted !== null) return state.finishedAt ?? state.t;
  return Math.max(state.t, Math.round(clock.now + performance.now() - clock.at));
}

/** Draws a run: a new one that has just started, or an earlier one. */
export async function showRun(id: string): Promise<void> {
  const first = await call('run.events', { run: id, after: 0 });
  const state = newRun(first.project);
  useRun.setState({ ...NOTHING, id, project: first.project, state, live: first.live, texts: new Map(), events: [] });
  take(first.events);
  let { seq } = useRun.getState();
  for (let page = first.events; page.length > 0; ) {
    const next = await call('run.events', { run: id, after: seq });
    if (useRun.getState().id !== id) return;
    page = next.events;
    take(page);
    seq = useRun.getState().seq;
  }
}

export function closeRun(): void {
  useRun.setState(NOTHING);
}

/** New events and text of the run that is drawn. After a gap everything since is asked for again. */
export function takeBatch({ run, events, text, now }: PushBody<'run.batch'>): void {
  const { id, seq } = useRun.getState();
  if (run !== id) return;
  clock = { now, at: performance.now() };
  const [first] = events;
  if (first && first.seq > seq + 1) void showRun(run);
  else take(events);
  if (text.length > 0) takeText(text);
}

export function takeEnd(run: string): void {
  if (useRun.getState().id === run) useRun.setState({ live: false });
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

function takeText(pieces: PushBody<'run.batch'>['text']): void {
  const texts = new Map(useRun.getState().texts);
  for (const { task, delta } of pieces) texts.set(task, (texts.get(task) ?? '') + delta);
  useRun.setState({ texts });
}

/** The text of an attempt, and of each of its model calls, starts anew. */
function withoutEnded(texts: ReadonlyMap<string, string>, events: readonly RunEvent[]): ReadonlyMap<string, string> {
  const over = events.flatMap((event) =>
    event.type === 'llm.call' || event.type === 'attempt.ended' || event.type === 'attempt.started' ? [event.task] : [],
  );
  if (!over.some((task) => texts.has(task))) return texts;
  const left = new Map(texts);
  for (const task of over) left.delete(task);
  return left;
}
