import { isLimited, limitSettings } from '../../shared/control/limits/settings.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { isAssignment } from '../../shared/run/assignment.ts';
import type { Estimate } from '../../shared/run/events.ts';
import { definitionsOf } from '../../shared/run/expansion/definitions.ts';
import { estimatesFor } from '../../shared/scheduler/estimates.ts';
import { fingerprintOf, readCallCounts, readHistory, readItemCounts } from '../engine/history.ts';
import type { DataFolders } from './data-folder.ts';
import { canonicalTexts } from './fingerprint.ts';
import { chooseModels, type ModelChoice, type ModelOverrides } from './models.ts';
import { rehearsalSpeedOf } from './rehearsal-speed.ts';

const AS_FILE: ModelOverrides = { provider: null, baseUrl: null, model: null };

/**
 * Returns the estimate of each task, from earlier runs with the same models and from the crew file. If the models
 * cannot be determined yet, only estimates in the file are used.
 */
export async function estimatesOf(
  crew: Crew,
  folders: DataFolders,
  overrides: ModelOverrides = AS_FILE,
  rehearsalSpeed = rehearsalSpeedOf(process.env),
): Promise<Record<string, Estimate>> {
  const models = chooseModels(crew, overrides);
  if (!models.ok) return estimatesFor(crew, () => []);
  const { agents, rehearsal } = models;
  return learnedEstimates(crew, folders, agents, rehearsal ? rehearsalSpeed : null);
}

/** Like `estimatesOf`, for models that are already known. `rehearsalSpeed` is null if real models are called. */
export async function learnedEstimates(
  crew: Crew,
  folders: DataFolders,
  agents: ReadonlyMap<string, ModelChoice>,
  rehearsalSpeed: number | null,
): Promise<Record<string, Estimate>> {
  const busy = await readHistory(folders.historyFile);
  const calls = isLimited(limitSettings(crew)) ? await readCallCounts(folders.historyFile) : {};
  const canonical = canonicalTexts({ crew, agents, rehearsalSpeed });
  const known = <Value>(values: Readonly<Record<string, readonly Value[]>>) => {
    return (task: string) => (isAssignment(task) ? [] : (values[fingerprintOf(canonical(task))] ?? []));
  };
  const counts = [...definitionsOf(crew).values()].some(({ for_each, repeat }) => for_each || repeat)
    ? await readItemCounts(folders.historyFile)
    : {};
  return estimatesFor(crew, known(busy), known(calls), known(counts));
}
