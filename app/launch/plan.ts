import type { Crew } from '../../shared/project/schema.ts';
import { serializeProject } from '../../shared/project/serialize.ts';
import { predict } from '../../shared/scheduler/predict.ts';
import { computeRanks } from '../../shared/scheduler/ranks.ts';
import type { RunRequest } from '../engine/request.ts';
import type { DataFolders } from './data-folder.ts';
import { learnedEstimates } from './estimates.ts';
import type { ModelChoice } from './models.ts';

/** Plain values all, so that a worker can be given them. */
export interface PlanInput {
  project: Crew;
  agents: ReadonlyMap<string, ModelChoice>;
  /** Null for a run that asks real models. */
  rehearsalSpeed: number | null;
  folders: DataFolders;
  slots: number;
  /** Tasks whose results are there already. */
  kept: ReadonlySet<string>;
}

/** What a run is to be like, as far as that can be known before it starts. */
export type Plan = Pick<RunRequest, 'projectText' | 'estimates' | 'ranks' | 'prediction'>;

/** Plans a run. Tens of milliseconds for a thousand tasks: whoever must not stand still has a worker do it. */
export async function planRun({ project, agents, rehearsalSpeed, folders, slots, kept }: PlanInput): Promise<Plan> {
  const learned = await learnedEstimates(project, folders, agents, rehearsalSpeed);
  const estimates = Object.fromEntries(Object.entries(learned).filter(([task]) => !kept.has(task)));
  return {
    projectText: serializeProject(project),
    estimates,
    ranks: computeRanks(project, estimates),
    prediction: predict(project, estimates, slots, kept),
  };
}
