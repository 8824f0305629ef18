/**
 * How many rows of a table some lines hold, by the file's name: records of a CSV file less its heading, lines of JSON;
 * null for what is no table by its name. `before`: the lines of the file that come first. A line break in quotes ends
 * no record.
 */
export function rowsIn(path: string, before: readonly string[], lines: readonly string[]): number | null {
  if (/\.(jsonl|ndjson)$/i.test(path)) return lines.filter(isFilled).length;
  if (!/\.(csv|tsv)$/i.test(path)) return null;
  let quoted = before.reduce((inside, line) => inside !== turnsQuotes(line), false);
  let records = 0;
  for (const line of lines) {
    if (!quoted && isFilled(line)) records += 1;
    quoted = quoted !== turnsQuotes(line);
  }
  return Math.max(0, records - (before.some(isFilled) ? 0 : 1));
}

/** Whether a line has an odd number of quotes. A doubled quote does not change the parity. */
function turnsQuotes(line: string): boolean {
  return line.split('"').length % 2 === 0;
}

function isFilled(line: string): boolean {
  return line.trim() !== '';
}
