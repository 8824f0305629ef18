/**
 * Returns the number of table rows in some lines, depending on the file name: records of a CSV file without its
 * heading, or lines of JSON; null if the name is not that of a table. `before`: the preceding lines of the file. A line
 * break in quotes does not end a record.
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
