import type { Readable } from 'node:stream';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { parseJson } from '../../shared/parse-json.ts';

/** The last data of an event stream. */
export const DONE = '[DONE]';

/**
 * Reports the events of a stream, regardless of how the network splits it, until `isEnough` or the end. Rejects
 * if the stream breaks. Events that arrive together are reported together. A byte order mark is ignored. The last event
 * also counts without its empty line, which some servers omit, unless it is incomplete. It uses listeners, because
 * iterating over the body takes a third of the time of a short call.
 * @param isEnough `begun`: the length of the text after these events, which belongs to an event that has not ended
 */
export function readEvents(
  body: Readable,
  isEnough: (events: readonly EventSourceMessage[], begun: number) => boolean,
): Promise<void> {
  const decoder = new TextDecoder();
  let events: EventSourceMessage[] = [];
  let begun = 0;
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const parse = (text: string): EventSourceMessage[] => {
    parser.feed(text);
    const parsed = events;
    events = [];
    begun = parsed.length > 0 ? 0 : begun + text.length;
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
        if (!isEnough(parse(decoder.decode(piece, { stream: true })), begun)) return;
        body.off('data', take);
        body.off('end', end);
        resolve();
      });
    const end = () =>
      orReject(() => {
        isEnough(
          parse('\n\n').filter(({ data }) => data === DONE || parseJson(data) !== undefined),
          begun,
        );
        resolve();
      });
    body.on('data', take);
    body.once('error', reject);
    body.once('end', end);
  });
}
