import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LimitsBefore } from '../../../shared/control/limits/limit-actions.ts';
import { spentTokens, spentUsd } from '../../../shared/run/budget.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { comparablePath } from '../../base/contained-path.ts';
import { noLocalFacts } from '../../engine/journal/local-facts.ts';
import { type LoadedRun, loadRunState } from '../load-run.ts';
import { taskProgress } from '../task-progress.ts';
import { type GroupRecord, rowRun, rowsLeft, rowWorkspace } from './batch-folder.ts';
import { type RowState, waitingRow } from './group.ts';
import type { RowEnd } from './group-handle.ts';
import { LatestBudget } from './latest-budget.ts';

/** The rows of a group, and what earlier processes left of what they share. */
export interface StoredRows {
  rows: RowState[];
  /** Cost of all rows so far, in US dollars. */
  spentUsd: number;
  /** Tokens of all rows so far. */
  spentTokens: number;
  latestBudget: LatestBudget;
  /** Rate-limit state, one for each row. */
  limitsBefore: LimitsBefore[];
}

/** Returns the only row of a run. Its engine reads what an earlier process left. */
export function waitingRun(dir: string, { id, rows: [inputs = {}] }: GroupRecord): StoredRows {
  const row = waitingRow({ row: 1, run: id, dir, inputs });
  return { rows: [row], spentUsd: 0, spentTokens: 0, latestBudget: new LatestBudget(), limitsBefore: [] };
}

/** Reads the current state of all rows of a batch. */
export async function storedRows(
  batchDir: string,
  record: GroupRecord,
  limitsOf: (state: RunState) => LimitsBefore,
): Promise<StoredRows> {
  const rows: RowState[] = [];
  const limits: LimitsBefore[] = [];
  const latestBudget = new LatestBudget();
  let spent = 0;
  let used = 0;
  for (const { row: number, inputs } of await rowsLeft(batchDir, record)) {
    const run = rowRun(record, number);
    const dir = join(dirname(batchDir), run);
    const row = waitingRow({ row: number, run, dir, inputs });
    const loaded = (await stat(dir).catch(() => null)) === null ? null : await loadRunState(dir);
    if (loaded?.ok) {
      const { state } = loaded.run;
      spent += spentUsd(state);
      used += spentTokens(state);
      latestBudget.add(run, state);
      limits.push(limitsOf(state));
      row.progress = taskProgress(state);
      const end = await endOf(loaded.run, rowWorkspace(record, number));
      if (end) Object.assign(row, { status: 'ended', end });
    }
    rows.push(row);
  }
  return { rows, spentUsd: spent, spentTokens: used, latestBudget, limitsBefore: limits };
}

/**
 * The end of a row that finished, or that cannot be resumed because its folder names another workspace than the batch;
 * null otherwise.
 */
async function endOf({ state, local, dir }: LoadedRun, workspace: string): Promise<RowEnd | null> {
  if (state.outcome !== null) return { status: 'finished', outcome: state.outcome };
  if (local === null) return { status: 'refused', failure: { kind: 'workspace', message: noLocalFacts(dir) } };
  const named = local.workspace;
  if ((await comparablePath(named)) === (await comparablePath(workspace))) return null;
  const message = `The row in ${dir} uses the workspace ${named} instead of ${workspace}, the folder of the batch for this row. Resume the row separately: crewlane resume ${dir}`;
  return { status: 'refused', failure: { kind: 'workspace', message } };
}
