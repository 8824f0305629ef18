import type { Crew } from '../../../shared/crew/schema.ts';
import { winnerOf } from '../../../shared/run/consensus.ts';
import type { FileContent, ResultCost } from '../../../shared/run/events.ts';
import { reviewedTurn } from '../../../shared/run/review.ts';
import type { Scheduler } from '../../../shared/scheduler/scheduler.ts';
import type { Effects } from '../effect.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { WriteResult } from '../output-file.ts';
import { beside } from './completion-flags.ts';
import type { Results } from './results.ts';
import type { Transcripts } from './transcript.ts';

export interface CompletionDeps {
  crew: Crew;
  recorder: Recorder;
  decider: Scheduler;
  results: Results;
  transcripts: Transcripts;
  effects: Effects;
}

/** The origin of a result, for the optional fields of `task.completed`. */
export interface CompletionNotes {
  /** Tasks of its context whose results were shortened. */
  shortened?: readonly string[];
  /** Whether a person edited the result. */
  edited?: boolean;
  /** For a cached result: the run that produced it, its cost there, and its files. */
  cached?: string;
  took?: ResultCost;
  files?: readonly FileContent[];
}

/** Records the ends of tasks, and keeps or discards their results and transcripts. */
export class Completion {
  readonly #deps: CompletionDeps;
  readonly #tasks: ReadonlyMap<string, Crew['tasks'][number]>;
  /** Results that are being written to the `output_file` of their task. */
  readonly #writing = new Map<string, { text: string; notes: CompletionNotes }>();

  constructor(deps: CompletionDeps) {
    this.#deps = deps;
    this.#tasks = new Map(deps.crew.tasks.map((task) => [task.name, task]));
  }

  /** Whether a result is being written to a file. The run must not end before its task ends. */
  get isBusy(): boolean {
    return this.#writing.size > 0;
  }

  /** Completes a task with its result. Its attempt has ended; both events are written together. */
  complete(task: string, text: string, notes: CompletionNotes = {}): void {
    const { shortened = [], edited = false, cached, took, files = [] } = notes;
    const { recorder, decider, results } = this.#deps;
    const { degraded, missing } = decider.completionFlags(task);
    const state = recorder.state.tasks.get(task);
    const winner = state ? winnerOf(state) : null;
    if (winner !== null) recorder.emit({ type: 'task.assigned', task, agent: winner });
    recorder.emit({
      type: 'task.completed',
      task,
      ...recorder.body(text),
      ...beside({ degraded, missing, shortened, edited, files }),
      ...(cached === undefined ? {} : { cached }),
      ...(took === undefined ? {} : { took }),
    });
    results.keep(task, text);
    this.ended(task);
  }

  /** Discards the kept state of a task that has ended with any status. */
  ended(task: string): void {
    this.#deps.results.ended(task);
    this.#deps.transcripts.forget(task);
  }

  /** Completes the tasks whose completion an earlier process did not record. */
  settleAll(): void {
    for (const task of this.#tasks.keys()) this.settle(task);
  }

  /** Completes a task whose turns have already given its result: a consensual task, after its last turn. */
  settle(name: string): void {
    const { recorder, decider, results } = this.#deps;
    const task = this.#tasks.get(name);
    const state = recorder.state.tasks.get(name);
    if (!task || !state || !decider.isAnswered(name) || this.#writing.has(name)) return;
    const turn = reviewedTurn(state);
    const text = turn && results.outputOf(name, turn.turn);
    if (!turn || text === null) {
      this.#fail(name, "Its result cannot be read from the run's folder.");
      return;
    }
    const notes = { shortened: turn.shortened };
    if (task.output_file === undefined) this.complete(name, text, notes);
    else {
      this.#writing.set(name, { text, notes });
      this.#deps.effects.add({ type: 'writeFile', id: { type: 'task', task: name }, file: task.output_file, text });
    }
  }

  /** Handles the success or failure of writing a task's result to its `output_file`. */
  written(task: string, result: WriteResult): void {
    const written = this.#writing.get(task);
    if (!written) return;
    this.#writing.delete(task);
    if (result.ok) this.complete(task, written.text, written.notes);
    else this.#fail(task, result.message);
  }

  #fail(task: string, message: string): void {
    this.#deps.recorder.emit({ type: 'task.failed', task, kind: 'output', message });
    this.ended(task);
  }
}
