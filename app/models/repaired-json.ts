import { jsonrepair } from 'jsonrepair';
import { parseJson, tooDeepAt } from '../../shared/parse-json.ts';

/** Longer texts are not repaired. No answer with a few wrong commas or quotes is as long. */
const MAX_REPAIRED_CHARACTERS = 1_000_000;

/**
 * Returns the value of a text that is an object or an array, and corrects mistakes that models make, such as missing
 * commas and single quotes. Undefined if it is something else or cannot be corrected.
 */
export function repairedJson(text: string): unknown {
  const parsed = parseJson(text);
  if (parsed !== undefined) return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  const isRepairable = /^\s*[{[]/.test(text) && text.length <= MAX_REPAIRED_CHARACTERS && tooDeepAt(text) === null;
  if (!isRepairable) return undefined;
  try {
    return parseJson(jsonrepair(text));
  } catch {
    return undefined;
  }
}
