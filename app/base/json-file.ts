import { MAX_JSON_BYTES, parseJson } from '../../shared/parse-json.ts';
import { readTextFile, readTextFileSync, type TextRead } from './read-text-file.ts';

/** `reason` ends a sentence about the file: "it is not JSON". */
export type JsonRead = { ok: true; value: unknown } | { ok: false; isMissing: boolean; reason: string };

/** Reads a file of JSON within the limits of a crew file: `MAX_JSON_BYTES` and `MAX_JSON_DEPTH`. */
export async function readJsonFile(path: string, maxBytes = MAX_JSON_BYTES): Promise<JsonRead> {
  return jsonOf(await readTextFile(path, { maxBytes }));
}

/** Like `readJsonFile`, but synchronous. */
export function readJsonFileSync(path: string): JsonRead {
  return jsonOf(readTextFileSync(path));
}

function jsonOf(read: TextRead): JsonRead {
  if (!read.ok) return { ok: false, isMissing: read.kind === 'missing', reason: read.reason };
  const value = parseJson(read.text);
  if (value === undefined) return { ok: false, isMissing: false, reason: 'it is not JSON, or is nested too deeply' };
  return { ok: true, value };
}
