import { contextOf } from '../../crew/context.ts';
import type { Crew } from '../../crew/schema.ts';
import type { Json } from '../../json.ts';

/** The texts that unfinished tasks need: the results of their contexts and the outputs of their own turns. */
export class Results {
  readonly #texts = new Map<string, string>();
  /** By task, the outputs of its turns until the task completes. */
  readonly #outputs = new Map<string, Map<string | null, string>>();
  /** By task with `for_each`, its items. Other tasks may need them until the run ends. */
  readonly #items = new Map<string, readonly Json[]>();
  readonly #ended = new Set<string>();
  #contexts: ReadonlyMap<string, readonly string[]> = new Map();
  /** By task, the number of its dependents that have not ended. */
  #needed = new Map<string, number>();

  constructor(crew: Crew) {
    this.grow(crew);
  }

  /** The crew of the run has other tasks than before, because a task has expanded. */
  grow(crew: Crew): void {
    this.#contexts = new Map(crew.tasks.map((task) => [task.name, contextOf(task)]));
    this.#needed = new Map();
    for (const [task, context] of this.#contexts) {
      if (this.#ended.has(task)) continue;
      for (const name of context) this.#needed.set(name, (this.#needed.get(name) ?? 0) + 1);
    }
  }

  /** Keeps the items of a task that has expanded. */
  keepItems(task: string, items: readonly Json[]): void {
    this.#items.set(task, items);
  }

  /** Returns the items of a task; undefined if it has none of its own. */
  itemsOf(task: string): readonly Json[] | undefined {
    return this.#items.get(task);
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
    if (this.#ended.has(task)) return;
    this.#ended.add(task);
    for (const name of this.#contexts.get(task) ?? []) {
      const left = (this.#needed.get(name) ?? 0) - 1;
      this.#needed.set(name, left);
      if (left <= 0) this.#texts.delete(name);
    }
  }
}
