import type { Json } from '../json.ts';
import { parseJson } from '../parse-json.ts';

/**
 * Returns the result of a task as expressions see it: the parsed result if the task has an `output_schema` or gave an
 * array, otherwise an object with its text.
 */
export function outputValue(text: string, hasSchema: boolean): Json {
  // What `parseJson` returns is JSON.
  const value = parseJson(text) as Json | undefined;
  return value !== undefined && (hasSchema || Array.isArray(value)) ? value : { text };
}
