import type { Readable } from 'node:stream';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { parseJson } from '../../shared/parse-json.ts';

/** The last data of an event stream. */
export const DONE = '[DONE]';

/**
 * Hands over the events of a stream, however the network cuts it, until `isEnough` or the end; rejects where it breaks.
 * A byte order mark is passed over; the last event counts without its empty line too, which some servers forget, unless
 * the end has cut it in two. By listeners: to iterate over the body costs a short answer a third of its call.
 */
export function readEvents(body: Readable, isEnough: (event: EventSourceMessage) => boolean): Promise<void> {
  const decoder = new TextDecoder();
  let events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const hasEnough = (text: string, counts: (event: EventSourceMessage) => boolean): boolean => {
    parser.feed(text);
    const come = events.filter(counts);
    events = [];
    return come.some(isEnough);
  };
  return new Promise((resolve, reject) => {
    // An exception in a listener would end the process.
    const orReject = (act: () => void) => {
      try {
        act();
      } catch (error) {
        reject(error);
      }
    };
    const take = (piece: Uint8Array) =>
      orReject(() => {
        if (!hasEnough(decoder.decode(piece, { stream: true }), () => true)) return;
        body.off('data', take);
        resolve();
      });
    body.on('data', take);
    body.once('error', reject);
    body.once('end', () =>
      orReject(() => {
        hasEnough('\n\n', ({ data }) => data === DONE || parseJson(data) !== undefined);
        resolve();
      }),
    );
  });
}
