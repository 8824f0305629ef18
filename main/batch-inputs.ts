import { missingInputs, unusedInputs } from '../app/launch/inputs/check-inputs.ts';
import { inputsProblem, type Values } from '../app/launch/inputs/inputs.ts';
import { readInputs } from '../app/launch/inputs/read-inputs.ts';
import { checkFilledFiles, checkWarnings } from '../shared/crew/check-filled.ts';
import { valueText } from '../shared/crew/placeholders.ts';
import type { Problem } from '../shared/crew/problem.ts';
import type { Crew } from '../shared/crew/schema.ts';
import type { ChosenRows } from '../shared/ipc/values.ts';

/** The number of rows that are shown before a batch starts. */
const PREVIEW_ROWS = 50;

/** The rows of an inputs file, checked for a crew. */
export interface BatchInputs {
  rows: readonly Values[];
  notes: string[];
  problems: Problem[];
}

/** Returns what the window shows of an inputs file before a batch starts. */
export function previewOf(path: string, { problems, rows, notes }: BatchInputs): ChosenRows {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const shown = rows.slice(0, PREVIEW_ROWS).map((row) => columns.map((name) => valueText(row[name] ?? '')));
  return { status: 'chosen', path, columns, count: rows.length, rows: shown, problems, notes };
}

/** Reads the rows of an inputs file for a crew. Problems of the file and of its rows are listed, not thrown. */
export async function readBatchInputs(crew: Crew, path: string): Promise<BatchInputs> {
  const read = await readInputs(path);
  const nothing: { rows: readonly Values[]; notes: string[] } = { rows: [], notes: [] };
  if (!read.ok) return { ...nothing, problems: read.problems };
  const { inputs } = read;
  if (inputs.kind === 'run') {
    const problem = inputsProblem(
      'This file contains the values of one run. A batch needs a list of such objects, or a CSV file.',
    );
    return { ...nothing, problems: [problem] };
  }
  const { rows, notes } = inputs;
  const warnings = checkWarnings(crew, rows).map(({ message }) => message);
  return {
    rows,
    notes: [...notes, ...unusedInputs(crew, rows), ...warnings],
    problems: [...missingInputs(crew, rows), ...checkFilledFiles(crew, rows)],
  };
}
