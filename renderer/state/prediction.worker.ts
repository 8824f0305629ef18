import '../base/jitless.ts';
import { predict, predictedCriticalPath } from '../../shared/control/virtual/predict.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { Estimate, Prediction } from '../../shared/run/events.ts';
import { forecastCrew } from '../../shared/run/expansion/forecast.ts';

/** The request: a crew without problems and the estimates of its tasks. */
export interface PredictionQuestion {
  id: number;
  crew: Crew;
  estimates: Readonly<Record<string, Estimate>>;
}

export interface PredictionAnswer {
  id: number;
  prediction: Prediction;
  oneSlotMs: number | null;
  criticalPath: readonly string[];
}

self.onmessage = ({ data: { id, crew, estimates } }: MessageEvent<PredictionQuestion>) => {
  const prediction = predict(crew, estimates, crew.settings.max_concurrent_tasks);
  const known = prediction.makespan_ms !== null;
  const answer: PredictionAnswer = {
    id,
    prediction,
    oneSlotMs: known ? predict(crew, estimates, 1).makespan_ms : null,
    criticalPath: known ? predictedCriticalPath(forecastCrew(crew, estimates) ?? crew, prediction.tasks) : [],
  };
  self.postMessage(answer);
};
