import type { Decider } from './decider.ts';
import type { Recorder } from './recorder.ts';
import type { Results } from './results.ts';
import type { Transcripts } from './transcript.ts';

export interface CompletionParts {
  recorder: Recorder;
  decider: Decider;
  results: Results;
  transcripts: Transcripts;
}

/** How a result came about, where that is to be told beside it. */
export interface CompletionNotes {
  /** Tasks of its context whose results were shortened. */
  shortened?: readonly string[];
  /** A person wrote it. */
  edited?: boolean;
}

/** The ends of tasks: what is said of them, and what is kept or forgotten from then on. */
export class Completion {
  readonly #parts: CompletionParts;

  constructor(parts: CompletionParts) {
    this.#parts = parts;
  }

  /** A task has its result. Its attempt has ended, and the two are written together. */
  complete(task: string, text: string, { shortened = [], edited = false }: CompletionNotes = {}): void {
    const { recorder, decider, results } = this.#parts;
    const { degraded, missing } = decider.completionFlags(task);
    recorder.emit({
      type: 'task.completed',
      task,
      ...recorder.body(text),
      ...(degraded ? { degraded: true as const } : {}),
      ...(missing.length > 0 ? { missing: [...missing] } : {}),
      ...(shortened.length > 0 ? { shortened: [...shortened] } : {}),
      ...(edited ? { edited: true as const } : {}),
    });
    results.keep(task, text);
    this.ended(task);
  }

  /** A task has ended, however: nothing goes on from what was kept for it. */
  ended(task: string): void {
    this.#parts.results.ended(task);
    this.#parts.transcripts.forget(task, null);
  }
}
