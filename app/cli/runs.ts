import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatDuration } from '../../shared/figures/format.ts';
import { printableJson } from '../../shared/printable.ts';
import { checkExportTarget } from '../launch/export-target.ts';
import { exportGroup } from '../launch/group/export-group.ts';
import { openRecord } from '../launch/group/open-record.ts';
import { resumeGroup } from '../launch/group/resume-group.ts';
import { listRuns } from '../launch/list-runs.ts';
import { type CliContext, EXIT, type ExitCode, reviewerOf } from './io.ts';
import { problemOf, refuse } from './problems.ts';
import { runToEnd } from './run-to-end.ts';
import { sendTraceOf, traceTarget } from './send-otlp.ts';
import { resumedNotes, table } from './text.ts';

export interface ResumeOptions {
  trust?: boolean;
  budget?: number;
  budgetUsd?: number;
  budgetTokens?: number;
  approveAll?: boolean;
  otlp?: string;
  json?: boolean;
}

/** Runs `resume RUN_DIR …`: continues an interrupted run or batch. */
export async function resume(context: CliContext, given: string, options: ResumeOptions): Promise<ExitCode> {
  const { io, folders, keyFor, versions, evaluator, makeHost } = context;
  const dir = await runFolder(context, given);
  const { json, trust = false, budget, budgetUsd = budget ?? null, budgetTokens = null } = options;
  const input = {
    dir,
    trust,
    reviewer: reviewerOf(io, options),
    attended: io.terminal !== null,
    budgetUsd,
    budgetTokens,
    keyFor,
    folders,
    host: makeHost,
    versions,
    evaluator,
  };
  const trace = traceTarget(io, options.otlp);
  const afterwards = async (done: string) => {
    await sendTraceOf(io, done, trace);
    return true;
  };
  return runToEnd(io, (onFolder) => resumeGroup({ ...input, onFolder }), { json, afterwards });
}

/** Runs `report RUN_DIR --out DIR`: exports the reports again from the folder of a run or a batch. */
export async function report(context: CliContext, given: string, out: string): Promise<ExitCode> {
  const { io } = context;
  const refusal = await checkExportTarget(out);
  if (refusal !== null) return refuse(io, [problemOf('out', refusal)], {});
  const dir = await runFolder(context, given);
  const opened = await openRecord(dir);
  // Reports do not need the workspace.
  if (!opened.ok && opened.kind === 'journal') return refuse(io, [problemOf('run', opened.message)], {});
  const exported = await exportGroup(dir, { exact: out });
  if (!exported.ok) {
    io.stderr(`${exported.message}\n`);
    return EXIT.failed;
  }
  io.stderr(`Reports: ${exported.folder}\n`);
  return EXIT.ok;
}

/** Runs `runs [--json]`: lists earlier runs, the latest first. */
export async function runs({ io, folders }: CliContext, { json }: { json?: boolean }): Promise<ExitCode> {
  const listed = (await listRuns(folders)).map(({ live, crew, batch, dir, figures: { run_id, ...rest } }) => {
    return { live, crew, batch, object: { run_id, run_dir: dir, ...rest } };
  });
  if (json) {
    io.stdout(
      `${printableJson(
        listed.map(({ object }) => object),
        2,
      )}\n`,
    );
    return EXIT.ok;
  }
  const rows = listed.map(({ live, crew, batch, object }) => [
    object.run_id,
    crew,
    live ? 'running' : object.outcome,
    `${object.completed_tasks} of ${object.total_tasks}`,
    formatDuration(Math.round(object.makespan_s * 1000)),
    [
      ...(object.rehearsal ? ['rehearsal'] : []),
      ...(object.cached_tasks > 0 ? [`${object.cached_tasks} cached`] : []),
      ...(object.kept_tasks === undefined ? [] : [`${object.kept_tasks} reused`]),
      ...resumedNotes(object),
    ].join(', '),
    batch === null ? '' : `row ${batch.row} of ${batch.rows} of batch ${batch.batch}`,
  ]);
  io.stdout(rows.length === 0 ? '' : table(rows));
  if (rows.length === 0) io.stderr(`No runs in ${folders.runs} yet.\n`);
  return EXIT.ok;
}

/** Resolves the folder of a run from a path or from a run ID as listed by `runs`. */
export async function runFolder({ folders }: CliContext, given: string): Promise<string> {
  const path = resolve(given);
  if (await stat(path).catch(() => null)) return path;
  const named = join(folders.runs, given);
  return /^[\w-]+$/.test(given) && (await stat(named).catch(() => null)) ? named : path;
}
