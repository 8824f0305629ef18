import type { RunEvent } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import { type TaskDisplayState, taskDisplayState } from './task-display-state.ts';

/** The counts of a run, updated event by event: recounting a large run for each event would be slow. */
export class RunCounts {
  readonly #state: RunState;
  readonly #looks = new Map<string, TaskDisplayState>();
  readonly #counts = new Map<TaskDisplayState, number>();
  #seen = 0;
  #tokens = 0;
  #usd: number | null = 0;
  #isAtMost = false;

  constructor(state: RunState) {
    this.#state = state;
    this.#lookAtAll();
  }

  /** The number of tasks per state. The assignment by the manager does not count as a task. */
  get looks(): ReadonlyMap<TaskDisplayState, number> {
    return this.#counts;
  }

  /** Totals of all model calls so far. */
  get tokens(): number {
    return this.#tokens;
  }

  /** In US dollars; null if the price of a call is unknown. */
  get usd(): number | null {
    return this.#usd;
  }

  /** Whether `usd` is an upper limit: the price of cached tokens is unknown, so they count in full. */
  get isAtMost(): boolean {
    return this.#isAtMost;
  }

  /** Updates the counts. `events` are all events of the run so far, of which only the new ones are read. */
  keepUp(events: readonly RunEvent[]): void {
    for (; this.#seen < events.length; this.#seen += 1) {
      const event = events[this.#seen];
      if (event) this.#take(event);
    }
  }

  #take(event: RunEvent): void {
    if (event.type === 'llm.call') {
      this.#tokens += event.prompt_tokens + event.completion_tokens;
      this.#isAtMost ||= event.cost_at_most === true;
      this.#usd = this.#usd === null || event.cost_usd === null ? null : this.#usd + event.cost_usd;
    }
    if (event.type === 'run.resumed') this.#lookAtAll();
    else if ('task' in event && event.task !== undefined) this.#lookAt(event.task);
  }

  /** A resumed run asks its open questions again. */
  #lookAtAll(): void {
    for (const name of this.#state.tasks.keys()) this.#lookAt(name);
  }

  #lookAt(name: string): void {
    const task = this.#state.tasks.get(name);
    if (!task || task.index < 0) return;
    const before = this.#looks.get(name);
    const displayState = taskDisplayState(task);
    if (displayState === before) return;
    if (before !== undefined) this.#count(before, -1);
    this.#count(displayState, 1);
    this.#looks.set(name, displayState);
  }

  #count(displayState: TaskDisplayState, by: number): void {
    const count = (this.#counts.get(displayState) ?? 0) + by;
    if (count > 0) this.#counts.set(displayState, count);
    else this.#counts.delete(displayState);
  }
}
