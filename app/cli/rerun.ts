import { checkExportTarget } from '../launch/export-target.ts';
import { rerunGroup } from '../launch/group/rerun-group.ts';
import type { RerunSelection } from '../launch/group/rerun-run.ts';
import { type CliContext, type ExitCode, reviewerOf } from './io.ts';
import { problemOf, refuse } from './problems.ts';
import { exportTo } from './run.ts';
import { runToEnd } from './run-to-end.ts';
import { runFolder } from './runs.ts';
import { sendTraceOf, traceTarget } from './send-otlp.ts';

export interface RerunOptions {
  failed?: boolean;
  from?: string;
  only?: string;
  stale?: boolean;
  out?: string;
  slots?: number;
  trust?: boolean;
  approveAll?: boolean;
  /** False with `--no-cache`. */
  cache?: boolean;
  otlp?: string;
  json?: boolean;
}

/**
 * Runs `rerun RUN_DIR …`: starts a new run that repeats part of an earlier run and reuses the rest. Without a selection
 * it repeats everything. With `--failed`, RUN_DIR may be a batch.
 */
export async function rerun(context: CliContext, given: string, options: RerunOptions): Promise<ExitCode> {
  const { io, folders, keyFor, versions, evaluator, makeHost } = context;
  const { out, json } = options;
  const target = out === undefined ? null : await checkExportTarget(out);
  if (target !== null) return refuse(io, [problemOf('out', target)], { json });
  const selection = selectionOf(options);
  if (selection === null) return refuse(io, [problemOf('usage', ONE_CHOICE)], { json });
  const dir = await runFolder(context, given);
  const startedAtMonotonicMs = performance.now();
  const trace = traceTarget(io, options.otlp);
  const afterwards = async (done: string) => {
    await sendTraceOf(io, done, trace);
    return (await exportTo(io, done, out === undefined ? null : { exact: out })) !== 'failed';
  };
  const input = {
    dir,
    selection,
    crew: selection.kind === 'stale' ? ('as_in_file' as const) : ('as_run' as const),
    slots: options.slots ?? null,
    cache: options.cache !== false,
    reviewer: reviewerOf(io, options),
    attended: io.terminal !== null,
    keyFor,
    trust: options.trust === true,
    folders,
    host: makeHost,
    startedAtMonotonicMs,
    versions,
    evaluator,
  };
  return runToEnd(io, (onFolder) => rerunGroup({ ...input, onFolder }), { json, afterwards });
}

const ONE_CHOICE = 'Choose one of --failed, --from, --only and --stale, or none to repeat everything.';

/** Returns null if more than one option was given, because their combination has no defined meaning. */
function selectionOf({ failed, from, only, stale }: RerunOptions): RerunSelection | null {
  const selections: RerunSelection[] = [
    ...(failed ? [{ kind: 'failed' as const }] : []),
    ...(from === undefined ? [] : [{ kind: 'from' as const, task: from }]),
    ...(only === undefined ? [] : [{ kind: 'only' as const, task: only }]),
    ...(stale ? [{ kind: 'stale' as const }] : []),
  ];
  return selections.length > 1 ? null : (selections[0] ?? { kind: 'all' });
}
