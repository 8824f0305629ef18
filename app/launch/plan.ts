import { predict } from '../../shared/control/virtual/predict.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { serializeCrew } from '../../shared/crew/serialize.ts';
import { computeRanks } from '../../shared/scheduler/ranks.ts';
import type { RunRequest } from '../engine/request.ts';
import type { DataFolders } from './data-folder.ts';
import { learnedEstimates } from './estimates.ts';
import type { ModelChoice } from './models.ts';

/** Input of `planRun`. Contains only plain values, so that it can be sent to a worker. */
export interface PlanInput {
  crew: Crew;
  agents: ReadonlyMap<string, ModelChoice>;
  /** Null for a run that calls real models. */
  rehearsalSpeed: number | null;
  folders: DataFolders;
  slots: number;
  /** Tasks whose results are reused. */
  kept: ReadonlySet<string>;
}

/** The part of a run request that is computed from estimates before the run starts. */
export type Plan = Pick<RunRequest, 'crewText' | 'estimates' | 'ranks' | 'prediction'>;

/**
 * Computes estimates, ranks and the prediction of a run. Takes tens of milliseconds for a thousand tasks, so the window
 * calls it in a worker.
 */
export async function planRun({ crew, agents, rehearsalSpeed, folders, slots, kept }: PlanInput): Promise<Plan> {
  const learned = await learnedEstimates(crew, folders, agents, rehearsalSpeed);
  const estimates = Object.fromEntries(Object.entries(learned).filter(([task]) => !kept.has(task)));
  return {
    crewText: serializeCrew(crew),
    estimates,
    ranks: computeRanks(crew, estimates),
    prediction: predict(crew, estimates, slots, kept),
  };
}
