import '../jitless.ts';
import { type Figures, figuresOf } from '../../app/reports/figures.ts';
import type { Project } from '../../shared/project/schema.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import { applyEvent, newRun } from '../../shared/run/fold.ts';

/** A run that has come to rest, whose simulated figures are wanted. */
export interface FiguresQuestion {
  run: string;
  seq: number;
  project: Project;
  events: readonly RunEvent[];
}

export interface FiguresAnswer {
  run: string;
  seq: number;
  simulated: Pick<Figures, 'bottlenecks' | 'scaling' | 'prediction'>;
}

self.onmessage = ({ data }: MessageEvent<FiguresQuestion>) => {
  const state = newRun(data.project);
  for (const event of data.events) applyEvent(state, event);
  const { bottlenecks, scaling, prediction } = figuresOf(data.project, state);
  const answer: FiguresAnswer = { run: data.run, seq: data.seq, simulated: { bottlenecks, scaling, prediction } };
  self.postMessage(answer);
};
