/**
 * How many rows of a table some lines hold, by the file's name: lines of a CSV file less its heading, lines of JSON; null
 * for what is no table by its name.
 */
export function rowsIn(path: string, lines: readonly string[], fromStart: boolean): number | null {
  const filled = lines.filter((line) => line.trim() !== '').length;
  if (/\.(csv|tsv)$/i.test(path)) return Math.max(0, filled - (fromStart ? 1 : 0));
  return /\.(jsonl|ndjson)$/i.test(path) ? filled : null;
}
