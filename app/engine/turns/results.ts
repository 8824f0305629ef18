import type { Crew } from '../../../shared/project/schema.ts';
import type { ResultBody, RunState, TaskState } from '../../../shared/run/state.ts';
import { readBlob } from '../journal/read-journal.ts';

/** The texts that open tasks need: the results of their contexts, and what their own turns have given. */
export class Results {
  readonly #texts = new Map<string, string>();
  /** By task, what its turns gave before its result is said. */
  readonly #outputs = new Map<string, Map<string | null, string>>();
  readonly #contexts: ReadonlyMap<string, readonly string[]>;
  /** How many open tasks have it in their context. */
  readonly #needed = new Map<string, number>();

  constructor(project: Crew) {
    this.#contexts = new Map(project.tasks.map((task) => [task.name, [...new Set(task.context)]]));
    for (const context of this.#contexts.values()) {
      for (const name of context) this.#needed.set(name, (this.#needed.get(name) ?? 0) + 1);
    }
  }

  /** The text of a task's result; null where it gave none. */
  of(task: string): string | null {
    return this.#texts.get(task) ?? null;
  }

  /** What a turn of an open task gave last; null where it gave nothing that is kept. */
  outputOf(task: string, turn: string | null): string | null {
    return this.#outputs.get(task)?.get(turn) ?? null;
  }

  /** A task has completed. */
  keep(task: string, text: string): void {
    if ((this.#needed.get(task) ?? 0) > 0) this.#texts.set(task, text);
  }

  /** A turn has given something, and its task's result is said later. */
  keepOutput(task: string, turn: string | null, text: string): void {
    const outputs = this.#outputs.get(task) ?? new Map<string | null, string>();
    this.#outputs.set(task, outputs.set(turn, text));
  }

  /** A task has ended, however, and needs its context no longer. */
  ended(task: string): void {
    this.#outputs.delete(task);
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
