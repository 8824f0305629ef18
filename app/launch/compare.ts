import type { Problem } from '../../shared/project/problem.ts';
import type { Crew } from '../../shared/project/schema.ts';
import { type LoadedRun, loadRun } from './load-run.ts';
import { chooseModels, type ModelOverrides } from './models.ts';
import { originalModelOverrides } from './original-model-overrides.ts';
import { type CrewVersion, changedFiles, staleTasks } from './stale.ts';

/** A crew that is open in a window, as it stands there. */
export interface OpenCrew {
  project: Crew;
  /** Where it came from; null for one that was never saved. */
  file: string | null;
  /** Runs and batches that were started from the crew since it was opened: they are its own before it has a file. */
  ownRuns: readonly string[];
}

/** Whether a run was started from an open crew, from its file or before it had one. Names alone say nothing. */
export function isOf({ started }: Pick<LoadedRun, 'started'>, { file, ownRuns }: OpenCrew): boolean {
  return (file !== null && started.file === file) || ownRuns.includes(started.batch?.batch ?? started.run);
}

/** Which results of a run are stale for an open crew, with why; null where the run is of another, or no comparison is. */
export async function staleFor(dir: string, crew: OpenCrew): Promise<Record<string, string> | null> {
  const loaded = await loadRun(dir);
  if (!loaded.ok || !isOf(loaded.run, crew)) return null;
  const compared = await compare(loaded.run, crew.project);
  return compared.ok ? Object.fromEntries(compared.stale) : null;
}

type Compared =
  | { ok: true; overrides: ModelOverrides; rehearsal: boolean; stale: Map<string, string> }
  | { ok: false; problems: Problem[] };

/** Which results of a run are stale for the crew as it is now, with the models that a person chose for that run. */
export async function compare(run: LoadedRun, now: Crew): Promise<Compared> {
  const { project, state, started } = run;
  const inputs = started.inputs ?? {};
  const overrides = wasChosen(project, started.settings) ? originalModelOverrides(started) : AS_FILE;
  const before = chooseModels(project, originalModelOverrides(started));
  const after = chooseModels(now, overrides);
  if (!before.ok) return { ok: false, problems: before.problems };
  if (!after.ok) return { ok: false, problems: after.problems };
  const then: CrewVersion = { project, agents: before.agents, rehearsal: started.rehearsal, inputs };
  const present: CrewVersion = { project: now, agents: after.agents, rehearsal: after.rehearsal, inputs };
  const stale = staleTasks(state, then, present, await changedFiles(run));
  return { ok: true, overrides, rehearsal: after.rehearsal, stale };
}

const AS_FILE: ModelOverrides = { provider: null, baseUrl: null, model: null };

/** Whether a person chose the run's model over the file. */
function wasChosen(project: Crew, settings: LoadedRun['started']['settings']): boolean {
  const own = chooseModels(project, AS_FILE);
  if (!own.ok) return true;
  const { provider, base_url, model } = own.settings;
  return provider !== settings.provider || base_url !== settings.base_url || model !== settings.model;
}
