import { resolve } from 'node:path';
import type { Project } from '../../shared/project/schema.ts';
import { filesBehind } from '../../shared/run/files-behind.ts';
import { planRerun, type RerunChoice } from '../../shared/run/rerun.ts';
import type { TaskState } from '../../shared/run/state.ts';
import { tookOf } from '../../shared/run/took.ts';
import { savingsOf } from '../../shared/scheduler/savings.ts';
import type { KeptTask } from '../engine/kept.ts';
import { loadProject } from '../project/load.ts';
import { rerunText } from '../reports/rerun-text.ts';
import { isCarried } from './carried.ts';
import { isBelow } from './is-below.ts';
import { type LaunchInput, type LaunchRefusal, type LaunchResult, launchRun } from './launch.ts';
import { type LoadedRun, loadRun } from './load-run.ts';
import { chooseModels, type ModelOverrides } from './models.ts';
import { chosenThen, foreignRun } from './resume.ts';
import { type CrewAt, changedFiles, staleTasks } from './stale.ts';

/**
 * What runs again. `stale` compares with the crew as it is now, and runs that: `project`, or what stands in the run's
 * file where it is null. The others run the crew as it was run.
 */
export type RerunAsked = Exclude<RerunChoice, { kind: 'stale' }> | { kind: 'stale'; project: Project | null };

export interface RerunInput
  extends Pick<
    LaunchInput,
    'keyFor' | 'trust' | 'reviewer' | 'attended' | 'folders' | 'host' | 'startedAtMonotonicMs' | 'versions'
  > {
  /** The folder of the run that is run again. */
  dir: string;
  asked: RerunAsked;
  /** Null: as many as the run had. */
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
  if (await isCarried(dir))
    return refused('run_locked', `Run ${started.run} still goes on. Wait for its end, or stop it.`);
  const asked = await settle(run, input.asked);
  if (!asked.ok) return asked;
  const { project, overrides, choice } = asked;
  const plan = planRerun(project, state, choice);
  if (!plan.ok) return refused(plan.code, plan.message);
  const ownRun = await isBelow(input.folders.runs, dir);
  if (!started.rehearsal && !ownRun && !input.trust) return foreignRun(dir, started);

  const { again, kept } = plan;
  const slots = input.slots ?? started.settings.slots;
  const { keyFor, reviewer, folders, host, startedAtMonotonicMs, versions } = input;
  const launch = await launchRun({
    project,
    file: started.file,
    overrides: {
      ...overrides,
      slots,
      workspace: started.settings.workspace,
      budgetUsd: started.settings.budget_usd ?? null,
    },
    keyFor,
    // What ran here before had its reader's consent; what the file says by now has not.
    ...(reviewer === undefined ? {} : { reviewer }),
    attended: input.attended ?? false,
    trust: input.trust || choice.kind !== 'stale',
    ...(started.inputs === undefined ? {} : { inputs: started.inputs }),
    folders,
    host,
    startedAtMonotonicMs,
    versions,
    seed: started.seed,
    // Who names a task wants it asked, not looked up.
    ...(choice.kind === 'from' || choice.kind === 'only' ? { anew: [choice.task] } : {}),
    ...(input.cache === undefined ? {} : { cache: input.cache }),
    kept: { run: started.run, tasks: keptTasks(run, project, kept) },
  });
  if (!launch.ok) return launch;
  const text = rerunText(again.size, kept.size, savingsOf(project, state, kept, slots));
  return { ...launch, notes: [`${text}.`, ...launch.notes] };
}

type Settled = { ok: true; project: Project; overrides: ModelOverrides; choice: RerunChoice } | LaunchRefusal;

async function settle(run: LoadedRun, asked: RerunAsked): Promise<Settled> {
  if (asked.kind !== 'stale')
    return { ok: true, project: run.project, overrides: chosenThen(run.started), choice: asked };
  const now = asked.project === null ? await readNow(run) : { ok: true as const, project: asked.project };
  if (!now.ok) return now;
  const compared = await compare(run, now.project);
  if (!compared.ok) return compared;
  const { overrides, stale } = compared;
  return { ok: true, project: now.project, overrides, choice: { kind: 'stale', stale: new Set(stale.keys()) } };
}

async function readNow({ started }: LoadedRun): Promise<{ ok: true; project: Project } | LaunchRefusal> {
  if (started.file === null) {
    const why = `The crew of run ${started.run} was never saved to a file, so nothing can be compared with it.`;
    return refused('no_file', `${why} Use --failed, --from or --only.`);
  }
  const loaded = await loadProject(started.file);
  return loaded.ok ? { ok: true, project: loaded.project } : { ok: false, problems: loaded.problems };
}

export type Compared = { ok: true; overrides: ModelOverrides; stale: Map<string, string> } | LaunchRefusal;

/** Which results of a run are stale for the crew as it is now, with the models that a person chose for that run. */
export async function compare(run: LoadedRun, now: Project): Promise<Compared> {
  const { project, state, started } = run;
  const inputs = started.inputs ?? {};
  const overrides = wasChosen(project, started.settings) ? chosenThen(started) : AS_FILE;
  const before = chooseModels(project, chosenThen(started));
  const after = chooseModels(now, overrides);
  if (!before.ok) return { ok: false, problems: before.problems };
  if (!after.ok) return { ok: false, problems: after.problems };
  const then: CrewAt = { project, agents: before.agents, rehearsal: started.rehearsal, inputs };
  const present: CrewAt = { project: now, agents: after.agents, rehearsal: after.rehearsal, inputs };
  const stale = staleTasks(state, then, present, await changedFiles(run));
  return { ok: true, overrides, stale };
}

const AS_FILE: ModelOverrides = { provider: null, baseUrl: null, model: null };

/** Whether a person chose the run's model over the file. */
function wasChosen(project: Project, settings: LoadedRun['started']['settings']): boolean {
  const own = chooseModels(project, AS_FILE);
  if (!own.ok) return true;
  const { provider, base_url, model } = own.settings;
  return provider !== settings.provider || base_url !== settings.base_url || model !== settings.model;
}

function keptTasks({ state, started, texts }: LoadedRun, project: Project, kept: ReadonlySet<string>): KeptTask[] {
  return project.tasks.flatMap(({ name, agent }) => {
    const task = state.tasks.get(name);
    const end = task && kept.has(name) ? endOf(task, texts.get(name) ?? '') : null;
    if (!task || !end) return [];
    const assigned = agent === undefined ? task.agent : null;
    return [{ task: name, from: task.keptFrom ?? started.run, assigned, end }];
  });
}

function endOf(task: TaskState, text: string): KeptTask['end'] | null {
  switch (task.status) {
    case 'completed': {
      const { degraded, missing, shortened, edited } = task;
      const behind = { took: tookOf(task), files: filesBehind(task) };
      return { status: 'completed', text, ...behind, degraded, missing, shortened, edited };
    }
    case 'failed':
      return task.error && { status: 'failed', error: task.error };
    case 'skipped':
      return { status: 'skipped', because: task.skippedBecause };
    case 'not_chosen':
    case 'cancelled':
      return { status: task.status };
    case 'pending': // No plan keeps one that has not ended.
      return null;
  }
}

function refused(kind: string, message: string): LaunchRefusal {
  return { ok: false, failure: { kind, message } };
}
