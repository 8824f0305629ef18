import { createStore, type StoreApi } from 'zustand/vanilla';
import type { LinkedFiles } from '../../../shared/crew/schema.ts';
import type { Estimate, Prediction } from '../../../shared/run/events.ts';

export interface PredictedSchedule {
  /** The estimate of each task and its source. */
  estimates: Readonly<Record<string, Estimate>>;
  /** The crew files that tasks of the crew run, by path. */
  parts: LinkedFiles['parts'];
  prediction: Prediction;
  /** Milliseconds with one slot; null if an estimate is unknown. */
  oneSlotMs: number | null;
  /** Task names in order of time. */
  criticalPath: readonly string[];
  /** A newer prediction is being simulated. */
  pending: boolean;
}

export const UNKNOWN: Prediction = { makespan_ms: null, tasks: {} };

export type PredictionStore = StoreApi<PredictedSchedule>;

export const createPredictionStore = (): PredictionStore =>
  createStore(() => ({
    estimates: {},
    parts: {},
    prediction: UNKNOWN,
    oneSlotMs: null,
    criticalPath: [],
    pending: true,
  }));
