import { useMemo, useRef } from 'react';
import { linkParts } from '../../shared/crew/link.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { predictedLimits, predictedLimitsText } from '../../shared/figures/predicted-limits.ts';
import type { Estimate } from '../../shared/run/events.ts';
import { call } from '../base/bridge.ts';
import { useDocument } from './document.ts';
import { syncEdits } from './edits.ts';
import type { PredictionAnswer, PredictionQuestion } from './prediction.worker.ts';
import { problemsOf } from './problems.ts';
import { UNKNOWN } from './stores/prediction-store.ts';
import { storeHook, type WindowState } from './window-state.ts';

/** A value of the predicted schedule of the crew on screen, which is computed again shortly after each change. */
export const usePrediction = storeHook(({ prediction }) => prediction);

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

/** Keeps the prediction current. Call it once at startup. */
export function followPredictions(win: WindowState): void {
  const predictor = new Predictor(win);
  win.document.subscribe((now, before) => {
    if (matters(now.crew, before.crew)) predictor.requestSoon();
  });
  // A finished run changes the estimates.
  win.run.subscribe((now, before) => {
    if (before.live && !now.live) predictor.requestSoon();
  });
  predictor.requestSoon();
}

/** Predicts the schedule of the crew on screen in a worker, one request at a time. */
class Predictor {
  readonly #win: WindowState;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Created for the first request. */
  #worker: Worker | null = null;
  /** The number of the latest request; answers to earlier ones are dropped. */
  #latest = 0;

  constructor(win: WindowState) {
    this.#win = win;
  }

  /** Predicts again shortly after the last of several calls. */
  requestSoon(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#win.prediction.setState({ pending: true });
    this.#timer = setTimeout(() => void this.#request().catch((error) => this.#fail(error)), DEBOUNCE_MS);
  }

  async #request(): Promise<void> {
    this.#latest += 1;
    const id = this.#latest;
    const { crew, stashed } = this.#win.document.getState();
    // The crew of an earlier run has its own prediction, in the journal.
    if (stashed !== null) return this.#showUnknown({});
    const known = (await syncEdits(this.#win)) ? await call('crew.estimates', {}) : { estimates: {}, parts: {} };
    const { estimates, parts } = known;
    if (id !== this.#latest) return;
    // A crew with a dependency cycle or an invalid reference has no schedule.
    if (crew.tasks.length === 0 || problemsOf(crew).length > 0) return this.#showUnknown(estimates);
    this.#worker ??= new Worker(new URL('./prediction.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data: { id: answered, ...predicted } }: MessageEvent<PredictionAnswer>) => {
      if (answered === this.#latest) this.#win.prediction.setState({ estimates, parts, ...predicted, pending: false });
    };
    this.#worker.onerror = ({ message }) => this.#fail(new Error(`Prediction: ${message}`));
    this.#worker.postMessage({ id, crew: linkParts(crew, parts), estimates } satisfies PredictionQuestion);
  }

  #showUnknown(estimates: Readonly<Record<string, Estimate>>): void {
    const unknown = { prediction: UNKNOWN, oneSlotMs: null, criticalPath: [] };
    this.#win.prediction.setState({ estimates, parts: {}, ...unknown, pending: false });
  }

  /** There will be no prediction: figures are shown as unknown, not as in progress. */
  #fail(error: unknown): void {
    this.#win.prediction.setState({ pending: false });
    reportError(error);
  }
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
