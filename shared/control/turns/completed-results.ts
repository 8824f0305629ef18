import type { FileContent, ResultCost } from '../../run/events.ts';

/** The origin of a result, for the optional fields of `task.completed`. */
export interface CompletionNotes {
  /** Tasks of its context whose results were shortened. */
  shortened?: readonly string[];
  /** Why the result does not meet the requirements of the crew, apart from its guardrails. */
  unmet?: readonly string[];
  /** Whether a person edited the result. */
  edited?: boolean;
  /** For a cached result: the run that produced it, its cost there, and its files. */
  cached?: string;
  took?: ResultCost;
  files?: readonly FileContent[];
}

/** A result of several turns, which is being written to the `output_file` of its task. */
export interface CompletedResult {
  text: string;
  notes: CompletionNotes;
}

/** The results of consensual tasks that are being written. The run must not end before their tasks end. */
export class CompletedResults {
  readonly #writing = new Map<string, CompletedResult>();

  get isBusy(): boolean {
    return this.#writing.size > 0;
  }

  has(task: string): boolean {
    return this.#writing.has(task);
  }

  writing(task: string, result: CompletedResult): void {
    this.#writing.set(task, result);
  }

  /** A result has been written, or could not be. Returns it, or null. */
  written(task: string): CompletedResult | null {
    const result = this.#writing.get(task) ?? null;
    this.#writing.delete(task);
    return result;
  }
}
