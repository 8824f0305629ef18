import { useMemo, useRef } from 'react';
import { create } from 'zustand';
import type { Crew } from '../../shared/crew/schema.ts';
import { predictedLimits, predictedLimitsText } from '../../shared/figures/predicted-limits.ts';
import type { Estimate, Prediction } from '../../shared/run/events.ts';
import { call } from '../base/bridge.ts';
import { useDocument } from './document.ts';
import { syncEdits } from './edits.ts';
import type { PredictionAnswer, PredictionQuestion } from './prediction.worker.ts';
import { problemsOf } from './problems.ts';
import { useRun } from './run.ts';

interface PredictionStore {
  /** The estimate of each task and its source. */
  estimates: Readonly<Record<string, Estimate>>;
  prediction: Prediction;
  /** Milliseconds with one slot; null if an estimate is unknown. */
  oneSlotMs: number | null;
  /** Task names in order of time. */
  criticalPath: readonly string[];
  /** A newer prediction is being simulated. */
  pending: boolean;
}

const UNKNOWN: Prediction = { makespan_ms: null, tasks: {} };

/** The predicted schedule of the crew on screen, computed again shortly after each change. */
export const usePrediction = create<PredictionStore>()(() => ({
  estimates: {},
  prediction: UNKNOWN,
  oneSlotMs: null,
  criticalPath: [],
  pending: true,
}));

/** The sentence on the limits that the prediction includes; null if the crew has none. */
export function usePredictedLimits(): string | null {
  const crew = useScheduledCrew();
  const estimates = usePrediction((prediction) => prediction.estimates);
  return useMemo(() => {
    const limits = predictedLimits(crew, estimates);
    return limits && predictedLimitsText(limits);
  }, [crew, estimates]);
}

const DEBOUNCE_MS = 150;
let asked = 0;

/** Keeps the prediction current. Call it once at startup. */
export function followPredictions(): void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const later = () => {
    if (timer !== null) clearTimeout(timer);
    usePrediction.setState({ pending: true });
    timer = setTimeout(() => void refresh().catch(reportPredictionFailure), DEBOUNCE_MS);
  };
  useDocument.subscribe((now, before) => {
    if (matters(now.crew, before.crew)) later();
  });
  // A finished run changes the estimates.
  useRun.subscribe((now, before) => {
    if (before.live && !now.live) later();
  });
  later();
}

/** There will be no prediction: figures are shown as unknown, not as in progress. */
function reportPredictionFailure(error: unknown): void {
  usePrediction.setState({ pending: false });
  reportError(error);
}

/** Node positions do not affect the schedule. */
function matters(now: Crew, before: Crew): boolean {
  return (
    now.tasks !== before.tasks ||
    now.agents !== before.agents ||
    now.pools !== before.pools ||
    now.process !== before.process ||
    now.settings !== before.settings
  );
}

/** The crew in the editor; the same object as before while nothing changed that affects its schedule. */
export function useScheduledCrew(): Crew {
  const known = useRef<Crew | null>(null);
  return useDocument(({ crew }) => {
    if (known.current === null || matters(crew, known.current)) known.current = crew;
    return known.current;
  });
}

/** The worker that simulates schedules, created for the first request. */
let worker: Worker | null = null;

async function refresh(): Promise<void> {
  asked += 1;
  const id = asked;
  const { crew, stashed } = useDocument.getState();
  // The crew of an earlier run has its own prediction, in the journal.
  if (stashed !== null) {
    usePrediction.setState({ estimates: {}, prediction: UNKNOWN, oneSlotMs: null, criticalPath: [], pending: false });
    return;
  }
  const estimates = (await syncEdits()) ? await call('crew.estimates', {}) : {};
  if (id !== asked) return;
  // A crew with a dependency cycle or an invalid reference has no schedule.
  if (crew.tasks.length === 0 || problemsOf(crew).length > 0) {
    usePrediction.setState({ estimates, prediction: UNKNOWN, oneSlotMs: null, criticalPath: [], pending: false });
    return;
  }
  worker ??= new Worker(new URL('./prediction.worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data: { id: answered, ...predicted } }: MessageEvent<PredictionAnswer>) => {
    if (answered === asked) usePrediction.setState({ estimates, ...predicted, pending: false });
  };
  worker.onerror = ({ message }) => reportPredictionFailure(new Error(`Prediction: ${message}`));
  worker.postMessage({ id, crew, estimates } satisfies PredictionQuestion);
}
