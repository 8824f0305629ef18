import type { ToFigures } from './figures.worker.ts';
import { type FiguresAnswer, type FiguresQuestion, FoldedRun } from './folded-run.ts';

/** In the place of the workers of a page: what they are asked they answer when the test says so. */
export class HeldWorker {
  static all: HeldWorker[] = [];
  onmessage: ((event: MessageEvent<FiguresAnswer>) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  isEnded = false;
  /** How many events each message held. */
  readonly parts: number[] = [];
  #run: FoldedRun | null = null;
  #asked: FiguresQuestion[] = [];

  constructor() {
    HeldWorker.all.push(this);
  }

  get asked(): readonly FiguresQuestion[] {
    return this.#asked;
  }

  postMessage(message: ToFigures): void {
    const data = structuredClone(message);
    if (data.kind === 'run') this.#run = new FoldedRun(data.project);
    else if (data.kind === 'events') {
      this.parts.push(data.events.length);
      this.#run?.take(data.events);
    } else this.#asked.push(data);
  }

  /** Even what a worker answers that has been ended. */
  answer(): void {
    const asked = this.#asked;
    this.#asked = [];
    for (const question of asked) {
      const data = this.#run && structuredClone(this.#run.answer(question));
      if (data) this.onmessage?.(new MessageEvent('message', { data }));
    }
  }

  terminate(): void {
    this.isEnded = true;
  }
}
