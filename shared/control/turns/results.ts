import type { Crew } from '../../crew/schema.ts';

/** The texts that unfinished tasks need: the results of their contexts and the outputs of their own turns. */
export class Results {
  readonly #texts = new Map<string, string>();
  /** By task, the outputs of its turns until the task completes. */
  readonly #outputs = new Map<string, Map<string | null, string>>();
  readonly #contexts: ReadonlyMap<string, readonly string[]>;
  /** By task, the number of its dependents that have not ended. */
  readonly #needed = new Map<string, number>();

  constructor(crew: Crew) {
    this.#contexts = new Map(crew.tasks.map((task) => [task.name, [...new Set(task.context)]]));
    for (const context of this.#contexts.values()) {
      for (const name of context) this.#needed.set(name, (this.#needed.get(name) ?? 0) + 1);
    }
  }

  /** Returns the text of a task's result; null if it has none. */
  of(task: string): string | null {
    return this.#texts.get(task) ?? null;
  }

  /** Returns the last output of an unfinished task's turn; null if none is kept. */
  outputOf(task: string, turn: string | null): string | null {
    return this.#outputs.get(task)?.get(turn) ?? null;
  }

  /** Whether a task that has not ended depends on this one. */
  isNeeded(task: string): boolean {
    return (this.#needed.get(task) ?? 0) > 0;
  }

  /** Keeps the result of a completed task if a dependent needs it. */
  keep(task: string, text: string): void {
    if (this.isNeeded(task)) this.#texts.set(task, text);
  }

  /** Keeps a turn's output until its task completes. */
  keepOutput(task: string, turn: string | null, text: string): void {
    const outputs = this.#outputs.get(task) ?? new Map<string | null, string>();
    this.#outputs.set(task, outputs.set(turn, text));
  }

  /** Discards the texts that only this ended task needed. */
  ended(task: string): void {
    this.#outputs.delete(task);
    for (const name of this.#contexts.get(task) ?? []) {
      const left = (this.#needed.get(name) ?? 0) - 1;
      this.#needed.set(name, left);
      if (left <= 0) this.#texts.delete(name);
    }
  }
}
