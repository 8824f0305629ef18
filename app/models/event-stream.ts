import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { parseJson } from '../../shared/parse-json.ts';

/** What a stream of events says last. */
export const DONE = '[DONE]';

/**
 * The events of a stream, however the network cuts it. A byte order mark is passed over; the last event counts without its
 * empty line too, which some servers forget, unless the end has cut it in two.
 */
export async function* eventsOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  for await (const piece of pieces) {
    parser.feed(decoder.decode(piece, { stream: true }));
    yield* events.splice(0);
  }
  parser.feed('\n\n');
  yield* events.filter(({ data }) => data === DONE || parseJson(data) !== undefined);
}
