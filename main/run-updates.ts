import type { TextDelta } from '../app/engine/request.ts';
import type { RowHandle } from '../app/launch/group/group-handle.ts';
import type { PushBody } from '../shared/ipc/channels.ts';
import type { RunEvent } from '../shared/run/events.ts';

/** The interval between updates: at most one per frame. */
const FRAME_MS = 16;
/** The number of events per update. Both sides process that many well within a frame. */
const MAX_EVENTS = 500;

type Batch = PushBody<'run.update'>;

/**
 * Collects the output of a run into updates: all its events, and the streamed text of the tasks that are on screen.
 * @param isWatched called when text arrives
 * @returns a function that sends the remaining updates and ends the stream
 */
export function streamRunUpdates(
  run: Pick<RowHandle, 'id' | 'now' | 'subscribe' | 'onText'>,
  isWatched: (task: string) => boolean,
  send: (batch: Batch) => void,
): () => void {
  const events: RunEvent[] = [];
  let texts: Batch['text'] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    timer = null;
    send({ run: run.id, events: events.splice(0, MAX_EVENTS), text: texts, now: run.now() });
    texts = [];
    if (events.length > 0) later();
  };
  const later = () => {
    timer ??= setTimeout(flush, FRAME_MS);
  };
  const endEvents = run.subscribe((more) => {
    events.push(...more);
    later();
  });
  const endText = run.onText((delta) => {
    if (!isWatched(delta.task)) return;
    addText(texts, delta);
    later();
  });
  return () => {
    endEvents();
    endText();
    while (timer) {
      clearTimeout(timer);
      flush();
    }
  };
}

/** The turns of one task stream at the same time: each has its own text. */
function addText(texts: Batch['text'], { task, attempt, turn, delta }: TextDelta): void {
  const last = texts.findLast((text) => text.task === task && text.turn === turn);
  if (last && last.attempt === attempt) last.delta += delta;
  else texts.push({ task, attempt, turn, delta });
}
