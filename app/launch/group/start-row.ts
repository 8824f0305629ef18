import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReusedTasks } from '../../../shared/control/reused-tasks.ts';
import { openRowWorkspace, type ReadyWorkspace } from '../../crew-file/open-workspace.ts';
import { resumeRun, startRun } from '../../engine/engine.ts';
import { readJournal } from '../../engine/journal/read-journal.ts';
import { JOURNAL_FILE } from '../../engine/journal/storage.ts';
import type { ResumeRequest, ReviewMode, RunEnvironment, RunRequest } from '../../engine/request.ts';
import { type Plan, planRun } from '../plan.ts';
import { filledWorkspace, requestOf, toPlan } from '../prepare-launch.ts';
import { rowWorkspace } from './batch-folder.ts';
import type { GroupDeps, RowSettings, RowStart, RowState } from './group.ts';
import type { GroupStart } from './group-start.ts';
import type { LatestBudget } from './latest-budget.ts';
import { reusedByRow } from './reused-row.ts';

type Facts = Pick<RunRequest, 'id' | 'batch' | 'inputs' | 'bypassCacheFor' | 'onFolder' | 'startedAtMonotonicMs'>;

/** Returns the function that starts the run of a row, or resumes it if it has started before. */
export function rowStarter(
  start: GroupStart,
  environment: Omit<RunEnvironment, 'workspace'>,
  latestBudget: LatestBudget,
): GroupDeps['start'] {
  const { kind, record, prepared, process } = start;
  const reviewer: ReviewMode = record.approve_all ? 'approve_all' : (process.reviewer ?? 'nobody');
  const attended = process.attended ?? false;
  const planFor = planner(start);
  return async (row, now, { host, share }): Promise<RowStart> => {
    const workspace = await workspaceOf(start, row);
    if (!workspace.ok) return { ok: false, failure: { kind: 'workspace', message: workspace.message } };
    const common: RunEnvironment = {
      ...environment,
      workspace: workspace.path,
      reviewer,
      attended,
      ...(share === null ? {} : { share }),
    };
    const budgetUsd = now.budgetUsd ?? latestBudget.updateFor(row.run);
    const hasStarted = kind === 'run' ? !start.isNew : await containsRun(row.dir);
    const budgets = { budgetUsd, budgetTokens: now.budgetTokens };
    if (hasStarted) return resumeRun(resumption(common, row, budgets), host);
    const reused = kind === 'run' ? start.reused : await reusedByRow(start, row.row);
    const { settings, ...own } = requestOf(prepared, workspace.path);
    const request: RunRequest = {
      ...common,
      ...(await planFor(reused)),
      ...own,
      ...(kind === 'run' ? factsOfRun(start, row) : factsOfRow(start, row)),
      file: record.file,
      timeZone: record.time_zone,
      utcOffsetMin: record.utc_offset_min,
      ...(reused === undefined ? {} : { kept: reused }),
      settings: { ...settings, ...settingsOf({ ...now, ...budgets }) },
    };
    return startRun(request, host);
  };
}

function resumption(environment: RunEnvironment, { dir }: RowState, budgets: Budgets): ResumeRequest {
  const { budgetUsd, budgetTokens } = budgets;
  return {
    ...environment,
    dir,
    ...(budgetUsd === null ? {} : { budgetUsd }),
    ...(budgetTokens === null ? {} : { budgetTokens }),
  };
}

/** Plans the rows. Rows that reuse nothing share one plan, which is computed when the first of them starts. */
function planner({ prepared, process }: GroupStart): (reused: ReusedTasks | undefined) => Promise<Plan> {
  const plan = process.plan ?? planRun;
  let complete: Promise<Plan> | null = null;
  return (reused) => {
    if (reused !== undefined) return plan(toPlan(prepared, new Set(reused.tasks.map(({ task }) => task))));
    complete ??= plan(toPlan(prepared));
    return complete;
  };
}

/** The workspace of a row: that of the run, or a subfolder of the batch's workspace, with the workload. */
async function workspaceOf({ kind, record, prepared }: GroupStart, { row }: RowState): Promise<ReadyWorkspace> {
  if (kind === 'run') return { ok: true, path: record.workspace };
  const opened = await openRowWorkspace(rowWorkspace(record, row), record.workspace);
  return opened.ok ? filledWorkspace(prepared.parts.crew, opened.path) : opened;
}

function factsOfRun({ bypassCacheFor, process, startedAtMonotonicMs }: GroupStart, row: RowState): Facts {
  const { onFolder } = process;
  return {
    id: row.run,
    startedAtMonotonicMs,
    ...(Object.keys(row.inputs).length === 0 ? {} : { inputs: { ...row.inputs } }),
    ...(bypassCacheFor === undefined ? {} : { bypassCacheFor }),
    ...(onFolder === undefined ? {} : { onFolder }),
  };
}

/** Run time of a row starts now, at a whole millisecond of batch time. */
function factsOfRow({ record, startedAtMonotonicMs }: GroupStart, row: RowState): Facts {
  const start_ms = Math.floor(performance.now() - startedAtMonotonicMs);
  return {
    id: row.run,
    batch: { batch: record.id, row: row.row, rows: record.rows.length, start_ms },
    inputs: { ...row.inputs },
    startedAtMonotonicMs: startedAtMonotonicMs + start_ms,
  };
}

type Budgets = Pick<RowSettings, 'budgetUsd' | 'budgetTokens'>;

function settingsOf({ slots, budgetUsd, budgetTokens }: RowSettings) {
  return {
    slots,
    ...(budgetUsd === null ? {} : { budget_usd: budgetUsd }),
    ...(budgetTokens === null ? {} : { budget_tokens: budgetTokens }),
  };
}

/** Whether a row has started. Removes the folder of a row that ended before its first event. */
async function containsRun(dir: string): Promise<boolean> {
  if (!(await exists(dir))) return false;
  if ((await exists(join(dir, JOURNAL_FILE))) && (await hasEvents(dir))) return true;
  await rm(dir, { recursive: true, force: true });
  return false;
}

/** Whether a journal has events. An unreadable journal counts as started; resuming it reports the problem. */
async function hasEvents(dir: string): Promise<boolean> {
  let events = 0;
  const read = await readJournal(dir, () => {
    events += 1;
  });
  return !read.ok || events > 0;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
