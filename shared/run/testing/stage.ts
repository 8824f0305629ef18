import type { Crew } from '../../crew/schema.ts';
import type { Random } from '../../random.ts';
import { Scheduler } from '../../scheduler/scheduler.ts';
import type { EventDraft, RunEvent } from '../events.ts';

/** Virtual time for a random run: the events so far, the planned actions, and the scheduler of the product. */
export class Stage {
  readonly crew: Crew;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly events: RunEvent[] = [];
  /** Milliseconds of the run. */
  t = 0;
  readonly #onEvent: (event: RunEvent) => void;
  #ahead: { t: number; act: () => void }[] = [];
  #ids = 0;

  /** @param onEvent called with each event after the scheduler has applied it */
  constructor(crew: Crew, random: Random, onEvent: (event: RunEvent) => void) {
    this.crew = crew;
    this.random = random;
    this.scheduler = new Scheduler(crew);
    this.#onEvent = onEvent;
  }

  get isOver(): boolean {
    return this.events.at(-1)?.type === 'run.finished';
  }

  /** Returns a unique number. */
  id(): number {
    this.#ids += 1;
    return this.#ids;
  }

  emit(draft: EventDraft): void {
    // A draft with a stamp is an event. The compiler cannot infer this for the union of all drafts.
    const event = { ...draft, seq: this.events.length + 1, t: this.t } as RunEvent;
    this.events.push(event);
    this.scheduler.apply(event);
    this.#onEvent(event);
  }

  /** Plans an action after `ms`. */
  in(ms: number, act: () => void): void {
    this.#ahead.push({ t: this.t + ms, act });
  }

  decideAll(): void {
    for (let next = this.scheduler.next(this.t); next !== null; next = this.scheduler.next(this.t)) this.emit(next);
    const wake = this.scheduler.wakeAt();
    if (wake !== null && wake <= this.t)
      throw new Error(`The scheduler has no decision at ${this.t}, but asks to be woken at ${wake}.`);
  }

  /** Advances to the next planned action; of several actions at one time, the one that was planned first. */
  advance(): void {
    const [next] = [...this.#ahead].sort((a, b) => a.t - b.t);
    const wake = this.scheduler.wakeAt();
    if (wake !== null && wake > this.t && (!next || wake < next.t)) {
      this.t = wake;
      return;
    }
    if (!next) throw new Error('Nothing will ever happen.');
    this.#ahead = this.#ahead.filter((other) => other !== next);
    this.t = next.t;
    next.act();
  }

  /** Emits `task.completed` for a task that has its result and no open review. */
  completeTask(task: string, edited: boolean): void {
    if (!this.scheduler.isAnswered(task)) return;
    const { degraded, missing } = this.scheduler.completionFlags(task);
    this.emit({
      type: 'task.completed',
      task,
      text: 'done',
      ...(degraded ? { degraded: true } : {}),
      ...(missing.length > 0 ? { missing: [...missing] } : {}),
      ...(edited ? { edited: true } : {}),
    });
  }
}
