import type { Crew } from '../../../shared/crew/schema.ts';
import type { ResultBody, RunState, TaskState } from '../../../shared/run/state.ts';
import { readBlob } from '../journal/read-journal.ts';

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

  /** Keeps the result of a completed task if a dependent needs it. */
  keep(task: string, text: string): void {
    if ((this.#needed.get(task) ?? 0) > 0) this.#texts.set(task, text);
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

  /** Restores the texts of earlier processes. Returns a task whose result cannot be read, or null. */
  async restore(state: RunState, dir: string): Promise<string | null> {
    for (const task of state.tasks.values()) if (task.status !== 'pending') this.ended(task.name);
    for (const task of state.tasks.values()) {
      if (task.status === 'pending') await this.#restoreOutputs(task, dir);
      if (task.status !== 'completed' || (this.#needed.get(task.name) ?? 0) <= 0) continue;
      const text = await textOf(task.result, dir);
      if (text === null) return task.name;
      this.#texts.set(task.name, text);
    }
    return null;
  }

  async #restoreOutputs({ name, turns }: TaskState, dir: string): Promise<void> {
    for (const { turn, output } of turns) {
      const text = await textOf(output, dir);
      if (text !== null) this.keepOutput(name, turn, text);
    }
  }
}

async function textOf(body: ResultBody | null, dir: string): Promise<string | null> {
  if (!body) return null;
  return 'text' in body ? body.text : readBlob(dir, body.blob);
}
