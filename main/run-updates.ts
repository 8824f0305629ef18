import type { RunHandle, TextDelta } from '../app/engine/request.ts';
import type { PushBody } from '../shared/ipc/channels.ts';
import type { RunEvent } from '../shared/run/events.ts';

/** At most one batch a frame. */
const FRAME_MS = 16;
/** What both sides do for a batch fits well into a frame; what is left waits for the next. */
const MOST_EVENTS = 500;

type Batch = PushBody<'run.update'>;

/**
 * Gathers what a run tells into batches: all its events, and the streamed text of the tasks that are on screen.
 * @param isWatched asked when text comes in
 * @returns the function that ends it, after what is left
 */
export function streamRunUpdates(
  run: Pick<RunHandle, 'id' | 'now' | 'subscribe' | 'onText'>,
  isWatched: (task: string) => boolean,
  send: (batch: Batch) => void,
): () => void {
  const events: RunEvent[] = [];
  let texts: Batch['text'] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    timer = null;
    send({ run: run.id, events: events.splice(0, MOST_EVENTS), text: texts, now: run.now() });
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

/** Turns of one task stream side by side: each has its own text. */
function addText(texts: Batch['text'], { task, attempt, turn, delta }: TextDelta): void {
  const last = texts.findLast((text) => text.task === task && text.turn === turn);
  if (last && last.attempt === attempt) last.delta += delta;
  else texts.push({ task, attempt, turn, delta });
}
