import type { EventDraft } from '../../run/events.ts';
import type { SlotEvent } from '../../slot/slot-event.ts';
import { type ActiveTurn, attemptOf } from '../base/active-turn.ts';

/**
 * Returns the journal event for a slot's report about its turn. Bodies become blobs.
 *
 * @param waitedMs how long the engine delayed a model call
 */
export function draftOf(
  turn: ActiveTurn,
  event: SlotEvent,
  waitedMs: number,
  blob: (text: string) => string,
): EventDraft {
  const of = attemptOf(turn.key);
  switch (event.type) {
    case 'llm.call': {
      const { prompt, message, error, recorded, permit: _, ...rest } = event;
      const bodies = {
        prompt_blob: blob(JSON.stringify(prompt)),
        ...(message === null ? {} : { blob: blob(JSON.stringify(message)) }),
        ...(recorded === undefined ? {} : { recorded: blob(JSON.stringify(recorded)) }),
      };
      const waited = waitedMs > 0 ? { waited_ms: waitedMs } : {};
      const failed = error ? { error: { kind: error.kind, message: error.message } } : {};
      return { ...rest, ...of, ...bodies, ...waited, ...failed };
    }
    case 'tool.call': {
      const { arguments: given, answer, images, ...rest } = event;
      const counted = images === undefined ? {} : { images: images.length };
      return { ...rest, ...of, ...counted, blob: blob(JSON.stringify({ arguments: given, answer, images })) };
    }
    case 'knowledge.used': {
      const { passages, ...rest } = event;
      const texts = passages.map(({ text }) => text);
      const sources = passages.map(({ source, file }) => ({ source, file }));
      return { ...rest, ...of, passages: sources, blob: blob(JSON.stringify(texts)) };
    }
    default:
      return { ...event, ...of };
  }
}
