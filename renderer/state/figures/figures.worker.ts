import '../../base/jitless.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import { type FiguresQuestion, FoldedRun } from './folded-run.ts';

/**
 * The messages of the worker: first the run's crew, once; then its events, in order and each once, mixed with queries.
 */
export type FiguresWorkerMessage =
  | { kind: 'run'; crew: Crew }
  | { kind: 'events'; events: readonly RunEvent[] }
  | FiguresQuestion;

let run: FoldedRun | null = null;

self.onmessage = ({ data }: MessageEvent<FiguresWorkerMessage>) => {
  if (data.kind === 'run') run = new FoldedRun(data.crew);
  else if (data.kind === 'events') run?.take(data.events);
  else if (run) self.postMessage(run.answer(data));
};
