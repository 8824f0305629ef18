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

class FiguresWorker {
  #run: FoldedRun | null = null;

  take(message: FiguresWorkerMessage): void {
    if (message.kind === 'run') this.#run = new FoldedRun(message.crew);
    else if (message.kind === 'events') this.#run?.take(message.events);
    else if (this.#run) self.postMessage(this.#run.answer(message));
  }
}

function listen(worker: FiguresWorker): void {
  self.onmessage = ({ data }: MessageEvent<FiguresWorkerMessage>) => worker.take(data);
}

listen(new FiguresWorker());
