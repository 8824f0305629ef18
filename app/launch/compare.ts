import { dirname } from 'node:path';
import type { Problem } from '../../shared/crew/problem.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { copiesFolder, type NamedFiles } from '../base/named-files.ts';
import type { LinkedCrew } from '../crew-file/link-crew.ts';
import { linkFromDisk } from '../crew-file/load-linked.ts';
import { readScripts, type ScriptsRead } from '../crew-file/scripts.ts';
import { noLocalFacts } from '../engine/journal/local-facts.ts';
import { changedKnowledge } from './changed-knowledge.ts';
import { type LoadedRun, loadRun } from './load-run.ts';
import { chooseModels, type ModelOverrides } from './models.ts';
import { originalModelOverrides } from './original-model-overrides.ts';
import { changedFiles, staleTasks } from './stale.ts';

/** A crew that is open in a window, with unsaved changes. */
export interface OpenCrew {
  crew: Crew;
  /** The crew file; null for a crew that was never saved. */
  file: string | null;
  /**
   * IDs of runs and batches that were started from the crew since it was opened, to recognize them before it has a
   * file.
   */
  ownRuns: readonly string[];
}

/** Whether a run was started from an open crew, judged by its file or its ID. Crew names are not unique. */
export function isOf({ started, local }: Pick<LoadedRun, 'started' | 'local'>, { file, ownRuns }: OpenCrew): boolean {
  return (file !== null && local?.file === file) || ownRuns.includes(started.batch?.batch ?? started.run);
}

/**
 * Returns the stale results of a run for an open crew, each with the reason; null if the run belongs to another crew or
 * cannot be compared.
 */
export async function staleFor(dir: string, crew: OpenCrew): Promise<Record<string, string> | null> {
  const loaded = await loadRun(dir);
  if (!loaded.ok || !isOf(loaded.run, crew)) return null;
  const compared = await compare(loaded.run, crew.crew);
  return compared.ok ? Object.fromEntries(compared.stale) : null;
}

type Comparison =
  | { ok: true; overrides: ModelOverrides; rehearsal: boolean; stale: Map<string, string> }
  | { ok: false; problems: Problem[] };

/**
 * Compares a run with the current crew, using the models that a person chose for the run. @returns the stale results
 * with reasons
 */
export async function compare(run: LoadedRun, current: Crew): Promise<Comparison> {
  const { crew, state, started, local } = run;
  if (local === null)
    return { ok: false, problems: [{ code: 'workspace', message: noLocalFacts(run.dir), ...NOWHERE }] };
  const linked = await linkedNow(current, local.file);
  if (!linked.ok) return linked;
  const { crew: now } = linked;
  const inputs = started.inputs ?? {};
  const overrides = isOverridden(crew, started.settings) ? originalModelOverrides(started) : AS_FILE;
  const before = chooseModels(crew, originalModelOverrides(started));
  const after = chooseModels(now, overrides);
  if (!before.ok) return { ok: false, problems: before.problems };
  if (!after.ok) return { ok: false, problems: after.problems };
  const { file, workspace } = local;
  const [thenScripts, nowScripts] = await Promise.all([
    readScripts(crew, copiesFolder(run.dir)),
    readScripts(now, file === null ? null : dirname(file)),
  ]);
  const earlier = { crew, agents: before.agents, rehearsal: started.rehearsal, inputs, scripts: filesIn(thenScripts) };
  const later = { crew: now, agents: after.agents, rehearsal: after.rehearsal, inputs, scripts: filesIn(nowScripts) };
  const changed = new Map([...(await changedKnowledge(run, now)), ...(await changedFiles(run, workspace))]);
  const stale = staleTasks(state, earlier, later, changed);
  return { ok: true, overrides, rehearsal: after.rehearsal, stale };
}

/** Returns a crew with the crew files that its tasks run, as they are now. */
async function linkedNow(crew: Crew, file: string | null): Promise<LinkedCrew> {
  const hasSteps = crew.tasks.some((task) => task.crew !== undefined);
  return crew.linked || !hasSteps || file === null ? { ok: true, crew } : linkFromDisk(crew, file);
}

/** A script that cannot be read differs from one that can. */
function filesIn(read: ScriptsRead): NamedFiles {
  return read.ok ? read.scripts : new Map();
}

const NOWHERE = { path: '', line: 0, column: 0 };
const AS_FILE: ModelOverrides = { provider: null, baseUrl: null, model: null };

/** Whether a person overrode the model settings of the file for this run. */
function isOverridden(crew: Crew, settings: LoadedRun['started']['settings']): boolean {
  const own = chooseModels(crew, AS_FILE);
  if (!own.ok) return true;
  const { provider, base_url, model } = own.settings;
  return provider !== settings.provider || base_url !== settings.base_url || model !== settings.model;
}
