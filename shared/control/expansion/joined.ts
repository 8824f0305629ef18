import { parseJson } from '../../parse-json.ts';

/**
 * Returns the result of a task with `for_each` from those of its instances, in the order of the items; null for an
 * instance without a result. With `join`, the results are one text. Otherwise they are a JSON array: of JSON if the
 * instances give JSON (`isJson`), else of texts.
 */
export function joinedResult(
  results: readonly (string | null)[],
  { join, isJson }: { join: string | undefined; isJson: boolean },
): string {
  if (join !== undefined) return results.filter((text) => text !== null).join(join);
  const values = results.map((text) => (text === null ? null : isJson ? (parseJson(text) ?? text) : text));
  return JSON.stringify(values, null, 2);
}
