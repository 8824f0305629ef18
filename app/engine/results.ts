import type { Project } from '../../shared/project/schema.ts';
import type { RunState, TaskState } from '../../shared/run/state.ts';
import { readBlob } from './read-journal.ts';

/** The texts of results, each kept in memory while a task that needs it is open. */
export class Results {
  readonly #texts = new Map<string, string>();
  readonly #contexts: ReadonlyMap<string, readonly string[]>;
  /** How many open tasks have it in their context. */
  readonly #needed = new Map<string, number>();

  constructor(project: Project) {
    this.#contexts = new Map(project.tasks.map((task) => [task.name, [...new Set(task.context)]]));
    for (const context of this.#contexts.values()) {
      for (const name of context) this.#needed.set(name, (this.#needed.get(name) ?? 0) + 1);
    }
  }

  /** The text of a task's result; null where it gave none. */
  of(task: string): string | null {
    return this.#texts.get(task) ?? null;
  }

  /** A task has completed. */
  keep(task: string, text: string): void {
    if ((this.#needed.get(task) ?? 0) > 0) this.#texts.set(task, text);
  }

  /** A task has ended, however, and needs its context no longer. */
  ended(task: string): void {
    for (const name of this.#contexts.get(task) ?? []) {
      const left = (this.#needed.get(name) ?? 0) - 1;
      this.#needed.set(name, left);
      if (left <= 0) this.#texts.delete(name);
    }
  }

  /** Takes what an earlier process has done. Returns the task whose result cannot be read, or null. */
  async restore(state: RunState, dir: string): Promise<string | null> {
    for (const task of state.tasks.values()) if (task.status !== 'pending') this.ended(task.name);
    for (const task of state.tasks.values()) {
      if (task.status !== 'completed' || (this.#needed.get(task.name) ?? 0) <= 0) continue;
      const text = await textOf(task, dir);
      if (text === null) return task.name;
      this.#texts.set(task.name, text);
    }
    return null;
  }
}

async function textOf({ result }: TaskState, dir: string): Promise<string | null> {
  if (!result) return null;
  return 'text' in result ? result.text : readBlob(dir, result.blob);
}
