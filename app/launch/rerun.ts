import { resolve } from 'node:path';
import { rerunText } from '../../shared/figures/rerun-text.ts';
import type { Crew } from '../../shared/project/schema.ts';
import { planRerun, type RerunChoice } from '../../shared/run/rerun.ts';
import { savingsOf } from '../../shared/scheduler/savings.ts';
import { leadsBelow } from '../base/contained-path.ts';
import { isRunLocked } from '../engine/locks/run-locks.ts';
import { loadProject } from '../project/load.ts';
import type { WorkspaceChoice } from '../project/workspace.ts';
import { compare, isOf, type OpenCrew } from './compare.ts';
import { requireConsentForExternal } from './external-run.ts';
import { keptTasks } from './kept-tasks.ts';
import { type LaunchInput, type LaunchRefusal, type LaunchResult, launchRun } from './launch.ts';
import { type LoadedRun, loadRun } from './load-run.ts';
import type { ModelOverrides } from './models.ts';
import { originalModelOverrides } from './original-model-overrides.ts';

/** What runs again. */
export type RerunAsked = Exclude<RerunChoice, { kind: 'stale' }> | { kind: 'stale' };

export interface RerunInput
  extends Pick<
    LaunchInput,
    | 'keyFor'
    | 'trust'
    | 'origin'
    | 'reviewer'
    | 'attended'
    | 'plan'
    | 'folders'
    | 'host'
    | 'startedAtMonotonicMs'
    | 'versions'
    | 'onFolder'
  > {
  /** The folder of the run that is run again. */
  dir: string;
  asked: RerunAsked;
  /** Which crew runs: as it was run, as it stands in the run's file by now, or as it is open, if the run is of that. */
  crew: 'as_run' | 'as_in_file' | OpenCrew;
  /** Null: what was chosen for the run, else as the crew says. */
  slots: number | null;
  /** False: nothing is taken out of the cache or stored. */
  cache?: boolean;
}

/**
 * Runs a part of an earlier run again, as a new run in the same workspace, with the same models, inputs and seed. What is
 * kept is copied, so that the new run's folder is all of it. A rehearsal stays a rehearsal.
 */
export async function rerunLaunched(input: RerunInput): Promise<LaunchResult> {
  const dir = resolve(input.dir);
  const loaded = await loadRun(dir);
  if (!loaded.ok) return refused('journal', loaded.message);
  const { run } = loaded;
  const { started, state } = run;
  if (await isRunLocked(dir))
    return refused('run_locked', `Run ${started.run} is still running. Wait for it to finish, or stop it.`);
  const settled = await settle(run, input);
  if (!settled.ok) return settled;
  const { project, rehearsal, overrides, choice, stale, isAsRun } = settled;
  const plan = planRerun(project, state, choice);
  if (!plan.ok) return refused(plan.code, plan.message);
  const { file } = started;
  const from = { what: 'run', dir, project, rehearsal, file, workspace: started.settings.workspace } as const;
  const foreign = await requireConsentForExternal(from, { trust: input.trust !== false, folders: input.folders });
  if (foreign) return foreign;

  const { again, kept, task } = plan;
  const slots = input.slots ?? slotsOf(run, project);
  const { keyFor, reviewer, plan: planned, folders, host, startedAtMonotonicMs, versions } = input;
  const launch = await launchRun({
    project,
    file: started.file,
    overrides: {
      ...overrides,
      slots,
      workspace: { path: started.settings.workspace, by: await workspaceBy(dir, isAsRun, input) },
      budgetUsd: started.settings.budget_usd ?? null,
    },
    keyFor,
    ...(reviewer === undefined ? {} : { reviewer }),
    ...(planned === undefined ? {} : { plan: planned }),
    attended: input.attended ?? false,
    trust: input.trust,
    ...(input.origin === undefined || isAsRun ? {} : { origin: input.origin }),
    ...(started.inputs === undefined ? {} : { inputs: started.inputs }),
    folders,
    host,
    ...(input.onFolder === undefined ? {} : { onFolder: input.onFolder }),
    startedAtMonotonicMs,
    versions,
    seed: started.seed,
    // Who names a task wants it asked, not looked up.
    ...(task === null ? {} : { anew: [task] }),
    ...(input.cache === undefined ? {} : { cache: input.cache }),
    kept: { run: started.run, tasks: keptTasks(run, project, kept, stale) },
  });
  if (!launch.ok) return launch;
  const text = rerunText(again.size, kept.size, savingsOf(project, state, kept, slots));
  return { ...launch, notes: [`${text}.`, ...launch.notes] };
}

/** Who chose the folder of the earlier run for this one. The journal of a run from elsewhere cannot choose it. */
async function workspaceBy(
  dir: string,
  isAsRun: boolean,
  { trust, folders }: Pick<RerunInput, 'trust' | 'folders'>,
): Promise<WorkspaceChoice['by']> {
  if (trust !== false && !(await leadsBelow(folders.runs, dir))) return 'person';
  return isAsRun ? 'same_run' : 'earlier_run';
}

/** What a person chose for the run still holds; else what the crew says by now. */
function slotsOf({ project: then, started }: LoadedRun, now: Crew): number {
  const { slots } = started.settings;
  return slots === then.settings.max_concurrent_tasks ? now.settings.max_concurrent_tasks : slots;
}

type PreparedLaunch =
  | {
      ok: true;
      project: Crew;
      rehearsal: boolean;
      overrides: ModelOverrides;
      choice: RerunChoice;
      stale: ReadonlyMap<string, string>;
      /** It is the very crew that was run. */
      isAsRun: boolean;
    }
  | LaunchRefusal;

async function settle(run: LoadedRun, { asked, crew }: Pick<RerunInput, 'asked' | 'crew'>): Promise<PreparedLaunch> {
  const isAsRun = typeof crew === 'string' ? crew === 'as_run' : !isOf(run, crew);
  if (isAsRun && asked.kind !== 'stale') {
    const overrides = originalModelOverrides(run.started);
    const { rehearsal } = run.started;
    return { ok: true, project: run.project, rehearsal, overrides, choice: asked, stale: new Map(), isAsRun };
  }
  const now = typeof crew === 'string' || isAsRun ? await readNow(run) : { ok: true as const, project: crew.project };
  if (!now.ok) return now;
  const compared = await compare(run, now.project);
  if (!compared.ok) return compared;
  const { overrides, stale, rehearsal } = compared;
  if (asked.kind === 'stale')
    return {
      ...now,
      rehearsal,
      overrides,
      choice: { kind: 'stale', stale: new Set(stale.keys()) },
      stale,
      isAsRun: false,
    };
  if (asked.kind !== 'all' && rehearsal !== run.started.rehearsal) return notOfOneKind(run);
  return { ...now, rehearsal, overrides, choice: asked, stale, isAsRun: false };
}

/** Nothing that was made up may stand beside what a model said. */
function notOfOneKind({ started }: LoadedRun): LaunchRefusal {
  const [was, is] = started.rehearsal ? ['a rehearsal', 'asks a real model'] : ['no rehearsal', 'is rehearsed'];
  const why = `Run ${started.run} was ${was}, and the crew ${is} by now, so none of its results can be kept.`;
  return refused('rehearsal', `${why} Run all of it.`);
}

async function readNow({ started }: LoadedRun): Promise<{ ok: true; project: Crew } | LaunchRefusal> {
  if (started.file === null) {
    const why = `The crew of run ${started.run} was never saved to a file, so nothing can be compared with it.`;
    return refused('no_file', `${why} Use --failed, --from or --only.`);
  }
  const loaded = await loadProject(started.file);
  return loaded.ok ? { ok: true, project: loaded.project } : { ok: false, problems: loaded.problems };
}

function refused(kind: string, message: string): LaunchRefusal {
  return { ok: false, failure: { kind, message } };
}
