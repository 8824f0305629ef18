import { MAX_JSON_DEPTH, tooDeepAt } from '../../../shared/parse-json.ts';

/** The meaning of a text as JSON. `empty`: nothing but white space. */
export type ReadJson = { kind: 'value'; value: unknown } | { kind: 'empty' } | { kind: 'refused'; reason: string };

/** Reads a finished JSON text. The error names the line and column if they are known. */
export function readJson(text: string): ReadJson {
  if (text.trim() === '') return { kind: 'empty' };
  if (tooDeepAt(text) !== null) return refused(`This is nested more than ${MAX_JSON_DEPTH} levels deep.`);
  try {
    return { kind: 'value', value: JSON.parse(text) };
  } catch (error) {
    const at = error instanceof SyntaxError ? positionIn(error.message, text) : null;
    return refused(
      at === null ? 'This is not valid JSON.' : `This is not valid JSON. See line ${at.line}, column ${at.column}.`,
    );
  }
}

/** A value as text, indented by two spaces; an empty text for undefined. */
export function writeJson(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2);
}

function refused(reason: string): ReadJson {
  return { kind: 'refused', reason };
}

/** The position of a JSON error, from its message. Without a position, the text ends too early. */
function positionIn(message: string, text: string): { line: number; column: number } | null {
  const [, given] = /at position (\d+)/.exec(message) ?? [];
  if (given === undefined && !/end of JSON input/.test(message)) return null;
  const before = text.slice(0, given === undefined ? text.length : Number(given)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
