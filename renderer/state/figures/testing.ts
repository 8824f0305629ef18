import type { FiguresWorkerMessage } from './figures.worker.ts';
import { type FiguresAnswer, type FiguresQuestion, FoldedRun } from './folded-run.ts';

/** Replaces the workers of a page. A test decides when they answer. */
export class ManualWorker {
  static all: ManualWorker[] = [];
  onmessage: ((event: MessageEvent<FiguresAnswer>) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  isEnded = false;
  /** The number of events in each message. */
  readonly parts: number[] = [];
  #run: FoldedRun | null = null;
  #pending: FiguresQuestion[] = [];

  constructor() {
    ManualWorker.all.push(this);
  }

  get pending(): readonly FiguresQuestion[] {
    return this.#pending;
  }

  postMessage(message: FiguresWorkerMessage): void {
    const data = structuredClone(message);
    if (data.kind === 'run') this.#run = new FoldedRun(data.crew);
    else if (data.kind === 'events') {
      this.parts.push(data.events.length);
      this.#run?.take(data.events);
    } else this.#pending.push(data);
  }

  /** Also delivers an answer of a terminated worker. */
  answer(): void {
    const asked = this.#pending;
    this.#pending = [];
    for (const question of asked) {
      const data = this.#run && structuredClone(this.#run.answer(question));
      if (data) this.onmessage?.(new MessageEvent('message', { data }));
    }
  }

  terminate(): void {
    this.isEnded = true;
  }
}
