import { CsvError, type Info, parse } from 'csv-parse/sync';
import type { Problem } from '../../../shared/crew/problem.ts';
import { countProblems, inputsProblem, type ReadInputs, type Values } from './inputs.ts';

interface Line {
  /** First line of the record; a field may span several lines. */
  line: number;
  cells: string[];
}

/**
 * Parses a CSV file (RFC 4180). The first line contains the names, in which spaces become `_`; each further line is a row. Skips empty lines and
 * lines with only empty fields.
 */
export function csvInputs(text: string): ReadInputs {
  const read = readLines(text);
  if (!read.ok) return { ok: false, problems: [read.problem] };
  const [header, ...lines] = read.lines;
  if (!header) return { ok: false, problems: [inputsProblem(`The file is empty. ${EXPECTED}`)] };
  const names = header.cells.map((name) => name.trim().replace(/\s/gu, '_'));
  const full = lines.filter(({ cells }) => cells.some((cell) => cell !== ''));
  const problems = [...headerProblems(names, header.line), ...full.flatMap((line) => widthProblem(line, names.length))];
  if (problems.length === 0) problems.push(...countProblems(full.length));
  if (problems.length > 0) return { ok: false, problems };
  const rows = full.map(({ cells }) => rowOf(names, cells));
  const skipped = lines.length - full.length;
  const notes = skipped === 0 ? [] : [`Skipped ${skipped} empty ${skipped === 1 ? 'line' : 'lines'}.`];
  return { ok: true, inputs: { kind: 'batch', rows, notes } };
}

const EXPECTED =
  'The first line must contain the names of the inputs, separated by commas. Each further line is a row.';

function readLines(text: string): { ok: true; lines: Line[] } | { ok: false; problem: Problem } {
  try {
    const options = { bom: true, info: true, skip_empty_lines: true, relax_column_count: true } as const;
    // With `info`, the parser returns each record with its location, which its types do not declare.
    const parsed = withoutStacks(() =>
      parse(text, { ...options, record_delimiter: ['\r\n', '\n', '\r'] }),
    ) as unknown as Parsed[];
    return { ok: true, lines: parsed.map(({ record, info }) => ({ line: firstLine(record, info), cells: record })) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { ok: false, problem: quoteProblem(text, error) };
  }
}

/**
 * Runs synchronous work without stack traces. The parser creates an error for each row of another width, and a stack
 * trace takes longer than parsing the row.
 */
function withoutStacks<Result>(work: () => Result): Result {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = before;
  }
}

type Parsed = { record: string[]; info: Info };

function firstLine(record: readonly string[], { lines }: Info): number {
  return lines - record.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
}

function quoteProblem(text: string, error: CsvError): Problem {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    const read = Buffer.from(text).subarray(0, numberOf(error['bytes_records'])).toString();
    const line = 1 + (read.match(/\r\n|\n|\r/g)?.length ?? 0);
    return inputsProblem(
      'A quoted field starts here and is never closed. Close it. Write a quote inside a field as two quotes.',
      {
        line,
        column: 1,
      },
    );
  }
  const message = `A field contains a quote but is not quoted. Put the whole field between quotes and write a quote inside it as two quotes.`;
  return inputsProblem(message, { line: numberOf(error['lines']), column: 1 });
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function headerProblems(names: readonly string[], line: number): Problem[] {
  const [only = ''] = names;
  if (names.length === 1 && /[;\t]/.test(only)) {
    const message = `The names appear to be separated by ${only.includes(';') ? 'semicolons' : 'tabs'}. Save the file with commas between its fields.`;
    return [inputsProblem(message, { line, column: 1 })];
  }
  const seen = new Set<string>();
  return names.flatMap((name, at) => {
    if (name === '') {
      const message = `Column ${at + 1} has no name in the header. Every input needs a name. ${EXPECTED}`;
      return [inputsProblem(message, { line, column: 1 })];
    }
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [inputsProblem(`Duplicate column "${name}" in the header.`, { line, column: 1 })];
  });
}

function widthProblem({ line, cells }: Line, width: number): Problem[] {
  if (cells.length === width) return [];
  const message = `This row has ${fields(cells.length)}, but the header has ${fields(width)}. Put fields that contain commas between quotes.`;
  return [inputsProblem(message, { line, column: 1 })];
}

function fields(count: number): string {
  return `${count} ${count === 1 ? 'field' : 'fields'}`;
}

/** Object.fromEntries also supports the name `__proto__`. */
function rowOf(names: readonly string[], cells: readonly string[]): Values {
  return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
}
