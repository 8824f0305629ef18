import { parentPort } from 'node:worker_threads';
import { type LoadedCrew, loadCrew } from '../app/crew-file/load.ts';
import { type OpenCrew, staleFor } from '../app/launch/compare.ts';
import type { DataFolders } from '../app/launch/data-folder.ts';
import { estimatesOf } from '../app/launch/estimates.ts';
import { exportGroup } from '../app/launch/group/export-group.ts';
import { interruptedRun } from '../app/launch/interrupted-run.ts';
import { listRuns } from '../app/launch/list-runs.ts';
import { type PlanInput, planRun } from '../app/launch/plan.ts';
import type { Crew } from '../shared/crew/schema.ts';
import { RunEvents } from './run-events.ts';
import { summaryOf } from './run-summary.ts';

/**
 * Executes jobs that would block the main process, and with it every window, in a separate thread, one job at a time.
 * Inputs and answers are plain values.
 */
const jobsOf = (runEvents: RunEvents) => ({
  load: ({ path }: { path: string }): Promise<LoadedCrew> => loadCrew(path, 'unfinished'),
  plan: (input: PlanInput) => planRun(input),
  estimates: ({ crew, folders }: { crew: Crew; folders: DataFolders }) => estimatesOf(crew, folders),
  runs: async ({ folders }: { folders: DataFolders }) => (await listRuns(folders)).map(summaryOf),
  interrupted: ({ folders, file, dismissed }: { folders: DataFolders; file: string; dismissed: readonly string[] }) =>
    interruptedRun(folders, file, dismissed),
  events: ({ dir, after }: { dir: string; after: number }) => runEvents.after(dir, after),
  stale: ({ dir, crew }: { dir: string; crew: OpenCrew }) => staleFor(dir, crew),
  export: ({ dir, below }: { dir: string; below: string }) => exportGroup(dir, { below }),
});

export type Jobs = ReturnType<typeof jobsOf>;
export type JobName = keyof Jobs;

/** A job for the worker, and its answer. */
export interface Job<Name extends JobName = JobName> {
  name: Name;
  input: Parameters<Jobs[Name]>[0];
}
export type JobAnswer = { ok: true; value: unknown } | { ok: false; error: unknown };

async function runJob<Name extends JobName>(jobs: Jobs, { name, input }: Job<Name>): Promise<JobAnswer> {
  // The name selects the job and its input type, which TypeScript cannot infer through the index.
  const job = jobs[name] as (input: Job<Name>['input']) => Promise<unknown>;
  try {
    return { ok: true, value: await job(input) };
  } catch (error) {
    return { ok: false, error };
  }
}

/** Answers the messages of main. */
function listen(jobs: Jobs): void {
  parentPort?.on('message', (job: Job) => void runJob(jobs, job).then((answer) => parentPort?.postMessage(answer)));
}

listen(jobsOf(new RunEvents()));
