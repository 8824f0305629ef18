import type { Readable } from 'node:stream';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { parseJson } from '../../shared/parse-json.ts';

/** The last data of an event stream. */
export const DONE = '[DONE]';

/**
 * Hands over the events of a stream, however the network cuts it, until `isEnough` or the end; rejects where it breaks.
 * Events that arrive together are handed over together. A byte order mark is ignored. The last event counts without its
 * empty line too, which some servers forget, unless the end has cut it in two. It uses listeners, because iterating over
 * the body costs a short answer a third of its call.
 */
export function readEvents(
  body: Readable,
  isEnough: (events: readonly EventSourceMessage[]) => boolean,
): Promise<void> {
  const decoder = new TextDecoder();
  let events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const parse = (text: string): EventSourceMessage[] => {
    parser.feed(text);
    const parsed = events;
    events = [];
    return parsed;
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
        if (!isEnough(parse(decoder.decode(piece, { stream: true })))) return;
        body.off('data', take);
        body.off('end', end);
        resolve();
      });
    const end = () =>
      orReject(() => {
        isEnough(parse('\n\n').filter(({ data }) => data === DONE || parseJson(data) !== undefined));
        resolve();
      });
    body.on('data', take);
    body.once('error', reject);
    body.once('end', end);
  });
}
