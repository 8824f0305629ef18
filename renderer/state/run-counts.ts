import type { RunEvent } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import { isExpanded } from '../../shared/run/tasks-of-run.ts';
import { type TaskDisplayState, taskDisplayState } from './task-display-state.ts';

/** The counts of a run, updated event by event: recounting a large run for each event would be slow. */
export class RunCounts {
  readonly #state: RunState;
  readonly #displayStates = new Map<string, TaskDisplayState>();
  readonly #counts = new Map<TaskDisplayState, number>();
  #applied = 0;
  #tokens = 0;
  #usd: number | null = 0;
  #isAtMost = false;

  constructor(state: RunState) {
    this.#state = state;
    this.#updateAll();
  }

  /** The number of tasks per state. The assignment by the manager does not count as a task. */
  get byState(): ReadonlyMap<TaskDisplayState, number> {
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
  update(events: readonly RunEvent[]): void {
    for (; this.#applied < events.length; this.#applied += 1) {
      const event = events[this.#applied];
      if (event) this.#apply(event);
    }
  }

  #apply(event: RunEvent): void {
    if (event.type === 'llm.call') {
      this.#tokens += event.prompt_tokens + event.completion_tokens;
      this.#isAtMost ||= event.cost_at_most === true;
      this.#usd = this.#usd === null || event.cost_usd === null ? null : this.#usd + event.cost_usd;
    }
    if (event.type === 'run.resumed') this.#updateAll();
    else if ('task' in event && event.task !== undefined) this.#updateTask(event.task);
  }

  /** A resumed run asks its open questions again. */
  #updateAll(): void {
    for (const name of this.#state.tasks.keys()) this.#updateTask(name);
  }

  #updateTask(name: string): void {
    const task = this.#state.tasks.get(name);
    if (!task || task.index < 0) return;
    const before = this.#displayStates.get(name);
    if (isExpanded(task)) {
      this.#replace(name, before);
      return;
    }
    const displayState = taskDisplayState(task);
    if (displayState === before) return;
    if (before !== undefined) this.#count(before, -1);
    this.#count(displayState, 1);
    this.#displayStates.set(name, displayState);
  }

  /** Instances count in place of their task from its expansion on. */
  #replace(name: string, before: TaskDisplayState | undefined): void {
    if (before === undefined) return;
    this.#count(before, -1);
    this.#displayStates.delete(name);
    for (const instance of this.#state.tasks.get(name)?.context ?? []) this.#updateTask(instance);
  }

  #count(displayState: TaskDisplayState, by: number): void {
    const count = (this.#counts.get(displayState) ?? 0) + by;
    if (count > 0) this.#counts.set(displayState, count);
    else this.#counts.delete(displayState);
  }
}
