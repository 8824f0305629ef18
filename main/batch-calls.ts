import { dirname } from 'node:path';
import { deleteBatch } from '../app/launch/delete.ts';
import { missingInputs, unusedInputs } from '../app/launch/inputs/check-inputs.ts';
import { inputsProblem, type ReadInputs, type Values } from '../app/launch/inputs/inputs.ts';
import { readInputs } from '../app/launch/inputs/read-inputs.ts';
import { checkFilledFiles, checkWarnings } from '../shared/crew/check-filled.ts';
import type { Crew } from '../shared/crew/schema.ts';
import type { ChosenRows } from '../shared/ipc/values.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import { batchView } from './batch-progress.ts';
import { askForFolder, askForInputs, askToDelete } from './dialogs.ts';
import type { Handlers } from './ipc.ts';
import type { Runs } from './runs.ts';
import type { Session } from './session.ts';
import type { SettingsFile } from './settings.ts';

type BatchCalls = Pick<
  Handlers<Session>,
  | 'batch.choose'
  | 'batch.start'
  | 'batch.resume'
  | 'batch.rerun'
  | 'batch.current'
  | 'batch.stop'
  | 'batch.export'
  | 'batch.delete'
>;

interface Deps {
  runs: Runs;
  settings: SettingsFile;
  work: BackgroundTasks;
  /** Folders that reports were exported into. */
  exported: Set<string>;
}

/** The number of rows that are shown before a batch starts. */
const PREVIEW_ROWS = 50;

/** Handles the window's calls about batches. */
export function batchCalls({ runs, settings, work, exported }: Deps): BatchCalls {
  return {
    'batch.choose': async (session) => {
      const { crew } = session.document;
      const path = await askForInputs(session.window, settings.get().lastFolder);
      if (path === null) return { status: 'cancelled' };
      session.chosenInputs.add(path);
      return chosenRows(crew, path, await readInputs(path));
    },
    'batch.start': async (session, { path, ...input }) => {
      // A page may read only files that a person chose in its window.
      if (!session.chosenInputs.has(path)) throw new Error(`${JSON.stringify(path)} was not chosen in this window.`);
      // Read again: it may have changed since it was shown.
      const read = await readInputs(path);
      const { problems, rows } = rowsIn(session.document.crew, read);
      return problems.length > 0 ? { status: 'refused', problems } : runs.startBatch(session, input, rows);
    },
    'batch.resume': (session, { batch }) => runs.resumeBatch(session, batch),
    'batch.rerun': (session, { batch }) => runs.rerunBatch(session, batch),
    'batch.current': (session) => {
      const batch = runs.batchOf(session);
      return { batch: batch && batchView(batch) };
    },
    'batch.stop': (_session, { batch: id }) => {
      const batch = runs.batch(id);
      if (!batch) return { status: 'failed', message: 'This batch is not running.' };
      batch.stop();
      return { status: 'done' };
    },
    'batch.export': async (session, { batch }) => {
      const below = await askForFolder(session.window, settings.get().exportFolder);
      if (below === null) return { status: 'cancelled' };
      const result = await work.export(runs.dir(batch), below);
      if (!result.ok) return { status: 'failed', message: result.message };
      settings.update({ exportFolder: dirname(result.folder) });
      exported.add(result.folder);
      return { status: 'exported', folder: result.folder };
    },
    'batch.delete': async (session, { batch }) => {
      const dir = runs.dir(batch);
      if (!(await askToDelete(session.window, 'batch', batch))) return { status: 'cancelled' };
      const deleted = await deleteBatch(dir);
      return deleted.ok ? { status: 'done' } : { status: 'failed', message: deleted.message };
    },
  };
}

function chosenRows(crew: Crew, path: string, read: ReadInputs): ChosenRows {
  const { problems, rows, notes } = rowsIn(crew, read);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const shown = rows.slice(0, PREVIEW_ROWS).map((row) => columns.map((name) => row[name] ?? ''));
  return { status: 'chosen', path, columns, count: rows.length, rows: shown, problems, notes };
}

function rowsIn(crew: Crew, read: ReadInputs) {
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
