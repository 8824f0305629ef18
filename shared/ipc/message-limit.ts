import { MAX_JSON_BYTES } from '../parse-json.ts';
import type { CallName } from './channels.ts';

const MIB = 1024 * 1024;

/** The limits, in characters, of calls that contain a crew, a text or a picture. */
const LARGE_CALLS: ReadonlyMap<string, number> = new Map<CallName, number>([
  ['crew.save', MAX_JSON_BYTES],
  ['crew.save_as', MAX_JSON_BYTES],
  ['crew.edited', MAX_JSON_BYTES],
  ['app.copy', 16 * MIB],
  ['app.save_file', 64 * MIB],
  ['run.answer', 16 * MIB],
]);

/** Returns the maximum number of characters in the JSON of a call. The main process refuses a larger call unparsed. */
export function messageLimit(name: string): number {
  return LARGE_CALLS.get(name) ?? MIB;
}
