import { figuresOf, measuredFigures } from '../../shared/figures/figures.ts';
import { printableJson } from '../../shared/printable.ts';
import { newRun } from '../../shared/run/fold.ts';
import { sentence } from '../../shared/sentence.ts';
import type { InterruptReason } from '../engine/request.ts';
import { loadBatch } from '../launch/group/batch-folder.ts';
import type { GroupEnd, GroupHandle, RowEnd } from '../launch/group/group-handle.ts';
import { readRows } from '../launch/group/read-rows.ts';
import { loadRun } from '../launch/load-run.ts';
import { type BatchFigures, batchFigures } from '../reports/batch/figures.ts';
import type { RowFigures } from '../reports/batch/row.ts';
import { type RunObject, runObject, runObjectOf } from '../reports/run-json.ts';
import { closingText, closingTextOfBatch } from './closing-text.ts';
import { resumeText } from './command-text.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import { whyText } from './why-text.ts';

/** The simulations of larger runs take seconds. The reports contain them. */
const MOST_SIMULATED = 1000;

export interface PrintOptions {
  /** Prints the result as JSON on standard output. */
  json?: boolean | undefined;
  /** Called after the run or batch ended, before its JSON is printed. Returns whether it succeeded. */
  afterwards?: (dir: string) => Promise<boolean>;
}

/** The result of a run or batch as its folder stores it. */
interface Result {
  /** The closing text. */
  text: string;
  /** What `--json` prints. */
  object: object;
  /** Why it can be resumed, in words and as a reason; null if everything ended. */
  interrupted: { text: string; reason: InterruptReason | undefined } | null;
  isCompleted: boolean;
}

/** A row in `run --json`: the object of its run. ID and folder are null if the row has not started. */
type RowObject = Omit<RunObject, 'run_id' | 'run_dir'> & { run_id: string | null; run_dir: string | null };

/** Reads a run or batch again from its folder and prints how it ended. @returns the exit code */
export async function printResult(
  io: Io,
  group: GroupHandle,
  end: GroupEnd,
  { json, afterwards }: PrintOptions,
): Promise<ExitCode> {
  const read = group.kind === 'run' ? await resultOfRun(group) : await resultOfBatch(group, end, json === true);
  if (!read.ok) {
    io.stderr(`${read.message}\n`);
    return end.status === 'interrupted' ? EXIT.interrupted : EXIT.failed;
  }
  const { text, object, interrupted, isCompleted } = read.result;
  io.stderr(text);
  io.stderr(
    interrupted === null
      ? `\n${folderText(group)}\n`
      : `\nInterrupted${interrupted.text} Resume with: ${resumeText(group.dir, interrupted.reason)}\n`,
  );
  const isDone = (await afterwards?.(group.dir)) ?? true;
  if (json) io.stdout(`${printableJson(object, 2)}\n`);
  if (interrupted !== null) return EXIT.interrupted;
  return isCompleted && isDone ? EXIT.ok : EXIT.failed;
}

/** Names the folder of a run or batch. */
export function folderText({ kind, dir }: Pick<GroupHandle, 'kind' | 'dir'>): string {
  return `${kind === 'run' ? 'Run' : 'Batch'} folder: ${dir}`;
}

type ReadResult = { ok: true; result: Result } | { ok: false; message: string };

async function resultOfRun({ dir, rows }: GroupHandle): Promise<ReadResult> {
  const end = rows.find(({ end: one }) => one !== null)?.end ?? null;
  const loaded = await loadRun(dir);
  if (!loaded.ok) return loaded;
  const { state, texts } = loaded.run;
  const isSmall = state.tasks.size <= MOST_SIMULATED;
  const simulated = isSmall ? figuresOf(state, { texts }) : null;
  const figures = simulated ?? measuredFigures(state, { texts });
  const measured = runObjectOf(figures, state, texts, dir);
  const object = { ...measured, reason: reasonOf(measured, end, undefined) };
  return {
    ok: true,
    result: {
      text: `${closingText(object, figures)}${whyText(figures, simulated)}`,
      object,
      interrupted: end?.status === 'interrupted' ? { text: `: ${sentence(end.message)}`, reason: end.reason } : null,
      isCompleted: end?.status === 'finished' && end.outcome === 'completed',
    },
  };
}

async function resultOfBatch(group: GroupHandle, end: GroupEnd, withObjects: boolean): Promise<ReadResult> {
  const { id, dir } = group;
  const loaded = await loadBatch(dir);
  if (!loaded.ok) return loaded;
  const { record, crew } = loaded;
  const reason = end.status === 'interrupted' ? end.reason : undefined;
  const ends = new Map(group.rows.map((row) => [row.row, row.end]));
  const rows: RowFigures[] = [];
  const objects: RowObject[] = [];
  for await (const { figures, run } of readRows(dir, record, crew)) {
    rows.push(figures);
    if (!withObjects) continue;
    const object = run
      ? runObject(run.state, run.texts, run.dir)
      : { ...runObject(newRun(crew), new Map(), ''), run_id: null, run_dir: null };
    objects.push({ ...object, reason: reasonOf(figures, ends.get(figures.row) ?? null, reason) });
  }
  const figures = batchFigures(rows, record.rows.length - rows.length);
  const { outcome, successRate, ended } = figures;
  return {
    ok: true,
    result: {
      text: closingTextOfBatch(figures),
      object: { outcome, success_rate: successRate * 100, batch_id: id, batch_dir: dir, rows: objects },
      interrupted: isOpen(ended) ? { text: reason === undefined ? '.' : ` (${reason}).`, reason } : null,
      isCompleted: outcome === 'completed',
    },
  };
}

function isOpen({ interrupted, not_started }: BatchFigures['ended']): boolean {
  return interrupted + not_started > 0;
}

/**
 * The reason of an interruption. A journal that could not be written and a row that did not start have no reason of
 * their own, so the end in this process supplies it.
 */
function reasonOf(
  { outcome, reason }: Pick<RunObject, 'outcome' | 'reason'>,
  end: RowEnd | null,
  reasonOfGroup: InterruptReason | undefined,
): RunObject['reason'] {
  if (outcome !== 'interrupted') return reason;
  if (end?.status === 'interrupted') return end.reason;
  return reason ?? reasonOfGroup ?? null;
}
