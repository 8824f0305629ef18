import type { Crew } from '../../../shared/project/schema.ts';
import type { RerunChoice } from '../../../shared/run/rerun.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { runNow, useRun } from '../run.ts';
import { toast } from '../ui.ts';
import type { ToFigures } from './figures.worker.ts';
import type { FiguresAnswer, SimulatedFigures, Wanted } from './folded-run.ts';

/** Handing over more than so many events at once would hold up the page. */
const MOST_EVENTS = 1000;

/** What is said of a moment: the figures, and how the tasks' time differs from the last time. */
export type Measurement = Extract<FiguresAnswer, { kind: 'measured' }>;

/**
 * The figures of the drawn run, from a worker of its own. It is given each event once, when it is asked something. Where
 * another run is drawn meanwhile every answer is null.
 */
export class FiguresOfRun {
  /** As the page has it: another one is another run, or the same drawn anew. */
  readonly state: RunState;
  readonly #worker: Worker;
  readonly #open = new Map<number, (answer: FiguresAnswer | null) => void>();
  #handedOver = 0;
  #lastId = 0;
  #ended = false;
  #simulated: { seq: number; answer: Promise<SimulatedFigures | null> } | null = null;

  constructor(project: Crew, state: RunState) {
    this.state = state;
    this.#worker = new Worker(new URL('./figures.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<FiguresAnswer>) => this.#settle(data.id, data);
    this.#worker.onerror = ({ message }) => {
      this.end();
      toast('error', 'The figures of this run are unavailable. Reopen it from the Runs tab.');
      reportError(new Error(`The figures of the run: ${message}`));
    };
    this.#post({ kind: 'run', project });
  }

  /** Figures as they are now, and the tasks' times as far as they are others than the last time. */
  async measure(): Promise<Measurement | null> {
    const answer = await this.#ask({ kind: 'measure' });
    return answer?.kind === 'measured' ? answer : null;
  }

  /** What only simulation can say; worked out once for what the run has come to. */
  simulate(): Promise<SimulatedFigures | null> {
    const { seq } = this.state;
    if (this.#simulated?.seq === seq) return this.#simulated.answer;
    const answer = this.#ask({ kind: 'simulate' }).then((given) =>
      given?.kind === 'simulated' ? given.simulated : null,
    );
    this.#simulated = { seq, answer };
    return answer;
  }

  /** The timeline as the reports draw it, now. */
  async draw(): Promise<string | null> {
    const answer = await this.#ask({ kind: 'draw' });
    return answer?.kind === 'drawn' ? answer.svg : null;
  }

  /** What doing a part of it again would do and save, or why it cannot be, for a person; null `project`: as it was run. */
  async plan(project: Crew | null, choice: RerunChoice): Promise<string | null> {
    const answer = await this.#ask({ kind: 'plan', project, choice });
    return answer?.kind === 'planned' ? answer.text : null;
  }

  end(): void {
    this.#ended = true;
    this.#worker.terminate();
    for (const id of [...this.#open.keys()]) this.#settle(id, null);
  }

  async #ask(wanted: Wanted): Promise<FiguresAnswer | null> {
    await this.#handOver();
    if (this.#ended) return null;
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      this.#post({ id, now: runNow(), ...wanted });
    });
  }

  /**
   * What the run has had so far, in parts with room between them. What comes meanwhile is for the next time: it may come
   * as fast as it is handed over.
   */
  async #handOver(): Promise<void> {
    const { events } = useRun.getState();
    const until = events.length;
    while (this.#handedOver < until) {
      const part = events.slice(this.#handedOver, Math.min(until, this.#handedOver + MOST_EVENTS));
      this.#handedOver += part.length;
      this.#post({ kind: 'events', events: part });
      if (this.#handedOver < until) await new Promise((resolve) => setTimeout(resolve));
      if (this.#ended || useRun.getState().state !== this.state) return;
    }
  }

  #post(message: ToFigures): void {
    this.#worker.postMessage(message);
  }

  #settle(id: number, answer: FiguresAnswer | null): void {
    this.#open.get(id)?.(answer);
    this.#open.delete(id);
  }
}

let drawn: FiguresOfRun | null = null;

/** Those of the run that is drawn; null: none is. */
export function figuresOfDrawnRun(): FiguresOfRun | null {
  const { project, state } = useRun.getState();
  if (drawn && drawn.state === state) return drawn;
  drawn?.end();
  drawn = project && state ? new FiguresOfRun(project, state) : null;
  return drawn;
}

useRun.subscribe(({ state }) => {
  if (!drawn || drawn.state === state) return;
  drawn.end();
  drawn = null;
});
