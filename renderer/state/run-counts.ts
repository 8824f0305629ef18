import type { RunEvent } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import { type TaskDisplayState, taskLook } from './task-display-state.ts';

/** How a run stands in numbers, kept up event by event: a large one is not gone through for each. */
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

  /** How many tasks stand how; the manager's assignment is none. */
  get looks(): ReadonlyMap<TaskDisplayState, number> {
    return this.#counts;
  }

  /** Of all model calls so far. */
  get tokens(): number {
    return this.#tokens;
  }

  /** In US dollars; null where the price of a call is unknown. */
  get usd(): number | null {
    return this.#usd;
  }

  /** Whether `usd` is an upper limit: the price of cached tokens is unknown, so they count in full. */
  get isAtMost(): boolean {
    return this.#isAtMost;
  }

  /** `events`: all that the state has taken so far, of which those that are new are looked at. */
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

  /** A run that goes on asks its open questions anew. */
  #lookAtAll(): void {
    for (const name of this.#state.tasks.keys()) this.#lookAt(name);
  }

  #lookAt(name: string): void {
    const task = this.#state.tasks.get(name);
    if (!task || task.index < 0) return;
    const before = this.#looks.get(name);
    const displayState = taskLook(task);
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
