import { printableJson } from '../../shared/printable.ts';
import { newRun } from '../../shared/run/fold.ts';
import type { Batch, BatchEnd } from '../launch/batch/batch.ts';
import { loadBatch } from '../launch/batch/batch-folder.ts';
import { readRows } from '../launch/batch/batch-rows.ts';
import type { BatchLaunch } from '../launch/batch/launch-batch.ts';
import type { OnFolder } from '../launch/launch.ts';
import { type BatchFigures, batchFigures } from '../reports/batch/figures.ts';
import type { RowFigures } from '../reports/batch/row.ts';
import { type RunObject, runObject } from '../reports/run-json.ts';
import { showBatch } from './batch-progress.ts';
import { batchClosing, batchOpening } from './batch-text.ts';
import { resumeText } from './command-text.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import { refuseLaunch } from './problems.ts';
import { promptForBatch } from './prompts.ts';
import type { RunToEndOptions } from './run-to-end.ts';
import { exitNow, Signals } from './signals.ts';

/** A row in `run --json`: the object of its run. ID and folder are null if the row has not started. */
type RowObject = Omit<RunObject, 'run_id' | 'run_dir'> & { run_id: string | null; run_dir: string | null };

/** Like `runToEnd`, for a batch. */
export async function runBatchToEnd(
  io: Io,
  launch: (onFolder: OnFolder) => Promise<BatchLaunch>,
  options: RunToEndOptions,
): Promise<ExitCode> {
  const signals = new Signals(io);
  let folder: string | null = null;
  try {
    const launching = launch((dir) => {
      folder = dir;
    });
    const launched = await Promise.race([launching, signals.second]);
    if (launched === 'now') return exitNow(io, folder);
    if (!launched.ok) return refuseLaunch(io, launched, options);
    const { batch, notes } = launched;
    for (const note of notes) io.stderr(`${note}\n`);
    io.stderr(batchOpening(batch));
    const progress = showBatch(batch, io);
    const stopPrompting = io.terminal ? promptForBatch(batch, io, io.terminal, progress) : null;
    signals.first(() => batch.interrupt('signal'));
    const end = await Promise.race([batch.done, signals.second]);
    stopPrompting?.();
    progress.end();
    if (end !== 'now') for (const note of batch.notes) io.stderr(`${note}\n`);
    const code = end === 'now' ? end : await Promise.race([printResult(io, batch, end, options), signals.second]);
    if (code !== 'now') return code;
    io.stderr(
      `Exited immediately. ${end === 'now' ? `Resume with: ${resumeText(batch.dir)}` : `Batch folder: ${batch.dir}`}\n`,
    );
    return EXIT.interrupted;
  } finally {
    signals.end();
  }
}

async function printResult(
  io: Io,
  batch: Batch,
  end: BatchEnd,
  { json, afterwards }: RunToEndOptions,
): Promise<ExitCode> {
  const read = await readBatch(batch, end, json === true);
  if (read === null) {
    io.stderr(`The batch in ${batch.dir} cannot be read.\n`);
    return EXIT.bug;
  }
  const { figures, objects } = read;
  io.stderr(batchClosing(figures));
  const reason = end.status === 'interrupted' ? end.reason : undefined;
  const open = figures.ended.interrupted + figures.ended.not_started;
  if (open > 0)
    io.stderr(
      `\nInterrupted${reason === undefined ? '' : ` (${reason})`}. Resume with: ${resumeText(batch.dir, reason)}\n`,
    );
  else io.stderr(`\nBatch folder: ${batch.dir}\n`);
  const done = (await afterwards?.(batch.dir)) ?? true;
  if (json) io.stdout(`${printableJson(objectOf(batch, figures, objects), 2)}\n`);
  return exitCodeOf(figures, done);
}

function objectOf(batch: Batch, figures: BatchFigures, rows: readonly RowObject[]): object {
  const { outcome, successRate } = figures;
  return { outcome, success_rate: successRate * 100, batch_id: batch.id, batch_dir: batch.dir, rows };
}

/** Reads the batch again from its folders; null if its record cannot be read. */
async function readBatch(
  batch: Batch,
  end: BatchEnd,
  withObjects: boolean,
): Promise<{ figures: BatchFigures; objects: RowObject[] } | null> {
  const loaded = await loadBatch(batch.dir);
  if (!loaded.ok) return null;
  const rows: RowFigures[] = [];
  const objects: RowObject[] = [];
  for await (const { figures, run } of readRows(batch.dir, loaded.record, loaded.crew)) {
    rows.push(figures);
    if (!withObjects) continue;
    const crew = run?.crew ?? loaded.crew;
    const object = runObject(crew, run?.state ?? newRun(crew), run?.texts ?? new Map(), run?.dir ?? '');
    const startedObject = run ? object : { ...object, run_id: null, run_dir: null };
    objects.push({ ...startedObject, reason: reasonOf(batch, figures, end) });
  }
  return { figures: batchFigures(rows, loaded.record.rows.length - rows.length), objects };
}

/**
 * The reason why a row was interrupted. A journal that could not be written and a row that did not start have no reason
 * of their own, so the batch supplies it.
 */
function reasonOf(batch: Batch, { row, outcome, reason }: RowFigures, end: BatchEnd): RunObject['reason'] {
  if (outcome !== 'interrupted' || reason !== null) return reason;
  const own = batch.rows.find((one) => one.row === row)?.end;
  if (own?.status === 'interrupted') return own.reason;
  return end.status === 'interrupted' ? end.reason : null;
}

/** The exit code of the worst row: interrupted (3), not completed (1), completed (0). */
function exitCodeOf({ outcome }: BatchFigures, done: boolean): ExitCode {
  if (outcome === 'interrupted') return EXIT.interrupted;
  return outcome === 'completed' && done ? EXIT.ok : EXIT.failed;
}
