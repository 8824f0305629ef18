import { create } from 'zustand';
import type { Project } from '../../shared/project/schema.ts';
import type { Estimate, Prediction } from '../../shared/run/events.ts';
import { predict, predictedCriticalPath } from '../../shared/scheduler/predict.ts';
import { call } from '../bridge.ts';
import { useDocument } from './document.ts';
import { problemsOf } from './problems.ts';
import { useRun } from './run.ts';

interface PredictionStore {
  /** What each task is expected to take, and where that is known from. */
  estimates: Readonly<Record<string, Estimate>>;
  prediction: Prediction;
  /** Milliseconds with one slot; null where a length is unknown. */
  oneSlotMs: number | null;
  /** Names in the order of time. */
  criticalPath: readonly string[];
}

const UNKNOWN: Prediction = { makespan_ms: null, tasks: {} };

/** The schedule that the drawn crew is predicted to have, made anew a moment after each change. */
export const usePrediction = create<PredictionStore>()(() => ({
  estimates: {},
  prediction: UNKNOWN,
  oneSlotMs: null,
  criticalPath: [],
}));

const AFTER_MS = 150;
let asked = 0;

/** Keeps the prediction current; called once at the start. */
export function followPredictions(): void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const later = () => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void refresh(), AFTER_MS);
  };
  useDocument.subscribe((now, before) => {
    if (matters(now.project, before.project)) later();
  });
  // A run that has ended has taught its lengths.
  useRun.subscribe((now, before) => {
    if (before.live && !now.live) later();
  });
  later();
}

/** Where nodes lie changes no schedule. */
function matters(now: Project, before: Project): boolean {
  return (
    now.tasks !== before.tasks ||
    now.agents !== before.agents ||
    now.pools !== before.pools ||
    now.process !== before.process ||
    now.settings !== before.settings
  );
}

async function refresh(): Promise<void> {
  asked += 1;
  const turn = asked;
  const { project } = useDocument.getState();
  const estimates = await call('project.estimates', { project });
  if (turn === asked) usePrediction.setState(predicted(project, estimates));
}

/** A crew with a circle or a wrong reference has no schedule. */
function predicted(project: Project, estimates: Readonly<Record<string, Estimate>>): PredictionStore {
  const nothing = { estimates, prediction: UNKNOWN, oneSlotMs: null, criticalPath: [] };
  if (project.tasks.length === 0 || problemsOf(project).length > 0) return nothing;
  const prediction = predict(project, estimates, project.settings.max_concurrent_tasks);
  if (prediction.makespan_ms === null) return nothing;
  return {
    estimates,
    prediction,
    oneSlotMs: predict(project, estimates, 1).makespan_ms,
    criticalPath: predictedCriticalPath(project, prediction.tasks),
  };
}
