import type { Crew } from '../../../shared/crew/schema.ts';
import type { RerunChoice } from '../../../shared/run/rerun.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { runNow } from '../run.ts';
import { toast } from '../ui.ts';
import { perWindow, type WindowState } from '../window-state.ts';
import type { FiguresWorkerMessage } from './figures.worker.ts';
import type { FiguresAnswer, FiguresRequest, SimulatedFigures } from './folded-run.ts';

/** The maximum number of events per message: sending more would block the page. */
const MAX_EVENTS = 1000;

/** The figures at a moment, and how the segments of the tasks differ from the previous answer. */
export type Measurement = Extract<FiguresAnswer, { kind: 'measured' }>;

/**
 * The figures of the shown run, from a separate worker. The worker receives each event once, before a query. If another
 * run is shown meanwhile, every answer is null.
 */
export class FiguresOfRun {
  /** The page's run state. Another object means another run, or the same run loaded again. */
  readonly state: RunState;
  readonly #win: WindowState;
  readonly #worker: Worker;
  readonly #open = new Map<number, (answer: FiguresAnswer | null) => void>();
  #handedOver = 0;
  #lastId = 0;
  #ended = false;
  #simulated: { seq: number; answer: Promise<SimulatedFigures | null> } | null = null;

  constructor(win: WindowState, crew: Crew, state: RunState) {
    this.#win = win;
    this.state = state;
    this.#worker = new Worker(new URL('./figures.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<FiguresAnswer>) => this.#settle(data.id, data);
    this.#worker.onerror = ({ message }) => {
      this.end();
      toast(win, 'error', 'The figures of this run are unavailable. Reopen it from the Runs tab.');
      reportError(new Error(`The figures of the run: ${message}`));
    };
    this.#post({ kind: 'run', crew });
  }

  /** The current figures, and the segments that changed since the previous answer. */
  async measure(): Promise<Measurement | null> {
    const answer = await this.#ask({ kind: 'measure' });
    return answer?.kind === 'measured' ? answer : null;
  }

  /** The simulated figures, computed once per number of events. */
  simulate(): Promise<SimulatedFigures | null> {
    const { seq } = this.state;
    if (this.#simulated?.seq === seq) return this.#simulated.answer;
    const answer = this.#ask({ kind: 'simulate' }).then((given) =>
      given?.kind === 'simulated' ? given.simulated : null,
    );
    this.#simulated = { seq, answer };
    return answer;
  }

  /** The current timeline, drawn as in the reports. */
  async draw(): Promise<string | null> {
    const answer = await this.#ask({ kind: 'draw' });
    return answer?.kind === 'drawn' ? answer.svg : null;
  }

  /**
   * What a rerun of part of the run would do and save, or why it is not possible, as text for people; null `crew`:
   * the crew of the run.
   */
  async plan(crew: Crew | null, choice: RerunChoice): Promise<string | null> {
    const answer = await this.#ask({ kind: 'plan', crew, choice });
    return answer?.kind === 'planned' ? answer.text : null;
  }

  end(): void {
    this.#ended = true;
    this.#worker.terminate();
    for (const id of [...this.#open.keys()]) this.#settle(id, null);
  }

  #ask(wanted: FiguresRequest): Promise<FiguresAnswer | null> {
    return this.#win.activities.during('figures-worker', () => this.#answerTo(wanted));
  }

  async #answerTo(wanted: FiguresRequest): Promise<FiguresAnswer | null> {
    await this.#handOver();
    if (this.#ended) return null;
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      this.#post({ id, now: runNow(this.#win), ...wanted });
    });
  }

  /**
   * Sends the events so far in parts and yields between them. Events that arrive meanwhile are sent with the next
   * query, since they may arrive as fast as they are sent.
   */
  async #handOver(): Promise<void> {
    const { events } = this.#win.run.getState();
    const until = events.length;
    while (this.#handedOver < until) {
      const part = events.slice(this.#handedOver, Math.min(until, this.#handedOver + MAX_EVENTS));
      this.#handedOver += part.length;
      this.#post({ kind: 'events', events: part });
      if (this.#handedOver < until) await new Promise((resolve) => setTimeout(resolve));
      if (this.#ended || this.#win.run.getState().state !== this.state) return;
    }
  }

  #post(message: FiguresWorkerMessage): void {
    this.#worker.postMessage(message);
  }

  #settle(id: number, answer: FiguresAnswer | null): void {
    this.#open.get(id)?.(answer);
    this.#open.delete(id);
  }
}

/** The figures of the shown run, with a worker of their own until another run is shown. */
class ShownFigures {
  readonly #win: WindowState;
  #figures: FiguresOfRun | null = null;

  constructor(win: WindowState) {
    this.#win = win;
    win.run.subscribe(({ state }) => {
      if (this.#figures?.state !== state) this.#end();
    });
  }

  get(): FiguresOfRun | null {
    const { crew, state } = this.#win.run.getState();
    if (this.#figures?.state === state) return this.#figures;
    this.#end();
    this.#figures = crew && state ? new FiguresOfRun(this.#win, crew, state) : null;
    return this.#figures;
  }

  #end(): void {
    this.#figures?.end();
    this.#figures = null;
  }
}

const shownFiguresOf = perWindow((win) => new ShownFigures(win));

/** The figures of the shown run; null: no run is shown. */
export function figuresOfShownRun(win: WindowState): FiguresOfRun | null {
  return shownFiguresOf(win).get();
}
