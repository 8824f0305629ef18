import type { Crew } from '../../shared/crew/schema.ts';
import { ASSIGNMENT, type Estimate } from '../../shared/run/events.ts';
import { estimatesFor } from '../../shared/scheduler/estimates.ts';
import { fingerprintOf, readHistory } from '../engine/history.ts';
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
  const canonical = canonicalTexts({ crew, agents, rehearsalSpeed });
  return estimatesFor(crew, (task) => (task === ASSIGNMENT ? [] : (busy[fingerprintOf(canonical(task))] ?? [])));
}
