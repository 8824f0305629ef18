import { isBatchFolder } from '../launch/batch/batch-folder.ts';
import { checkExportTarget } from '../launch/export-target.ts';
import type { OnFolder } from '../launch/launch.ts';
import { type RerunAsked, rerunLaunched } from '../launch/rerun.ts';
import { carryRun } from './carry.ts';
import { type ExitCode, reviewerOf, type Surroundings } from './io.ts';
import { problemOf, refuse } from './problems.ts';
import { exportTo } from './run.ts';
import { runFolder } from './runs.ts';

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
  json?: boolean;
}

/** `rerun RUN_DIR …`: a new run that does a part of an earlier one again and keeps the rest; without a choice, all of it. */
export async function rerun(surroundings: Surroundings, given: string, options: RerunOptions): Promise<ExitCode> {
  const { io, folders, keyFor, versions, makeHost } = surroundings;
  const { out, json } = options;
  const target = out === undefined ? null : await checkExportTarget(out);
  if (target !== null) return refuse(io, [problemOf('out', target)], { json });
  const asked = askedBy(options);
  if (asked === null) return refuse(io, [problemOf('usage', ONE_CHOICE)], { json });
  const dir = await runFolder(surroundings, given);
  if (await isBatchFolder(dir)) return refuse(io, [problemOf('batch', rowsAlone(dir))], { json });
  const startedAtMonotonicMs = performance.now();
  const launch = (onFolder: OnFolder) =>
    rerunLaunched({
      dir,
      asked,
      crew: asked.kind === 'stale' ? 'as_in_file' : 'as_run',
      slots: options.slots ?? null,
      cache: options.cache !== false,
      reviewer: reviewerOf(io, options),
      attended: io.person !== null,
      keyFor,
      trust: options.trust === true,
      folders,
      host: makeHost,
      startedAtMonotonicMs,
      versions,
      onFolder,
    });
  const afterwards = async (run: string) =>
    (await exportTo(io, run, out === undefined ? null : { exact: out })) !== 'failed';
  return carryRun(io, launch, { json, afterwards });
}

const ONE_CHOICE = 'Choose one of --failed, --from, --only and --stale, or none to run everything again.';

function rowsAlone(dir: string): string {
  return `${dir} is a batch, and what is run again is one of its rows: give the row's run, as "runs" names it. What was cut off or had not begun, "resume" goes on with.`;
}

/** Null where more than one was chosen: what they would mean together is not to be guessed. */
function askedBy({ failed, from, only, stale }: RerunOptions): RerunAsked | null {
  const asked: RerunAsked[] = [
    ...(failed ? [{ kind: 'failed' as const }] : []),
    ...(from === undefined ? [] : [{ kind: 'from' as const, task: from }]),
    ...(only === undefined ? [] : [{ kind: 'only' as const, task: only }]),
    ...(stale ? [{ kind: 'stale' as const }] : []),
  ];
  return asked.length > 1 ? null : (asked[0] ?? { kind: 'all' });
}
