import type { Crew } from '../../../shared/crew/schema.ts';
import { type OpenReview, openReview, reviewedTurn } from '../../../shared/run/review.ts';
import type { TaskState } from '../../../shared/run/state.ts';
import type { Effects } from '../effect.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { WriteResult } from '../output-file.ts';
import type { CommandResult, ReviewAnswer, ReviewMode } from '../request.ts';
import type { Completion } from '../turns/completion.ts';
import type { Results } from '../turns/results.ts';
import type { Transcripts, TurnOutput } from '../turns/transcript.ts';

export interface ReviewDeps {
  crew: Crew;
  reviewer: ReviewMode;
  recorder: Recorder;
  completion: Completion;
  results: Results;
  transcripts: Transcripts;
  effects: Effects;
}

/** An answer whose text is being written to the task's `output_file`. */
interface Writing {
  answer: ReviewAnswer;
  text: string;
  /** The command to reply to; null if everything was approved beforehand. */
  command: number | null;
}

/** The human reviews of a run, from the question to the effects of the answer. */
export class Reviews {
  readonly #deps: ReviewDeps;
  readonly #files: ReadonlyMap<string, string | undefined>;
  readonly #writing = new Map<string, Writing>();

  constructor(deps: ReviewDeps) {
    this.#deps = deps;
    this.#files = new Map(deps.crew.tasks.map((task) => [task.name, task.output_file]));
  }

  /** Whether an answer is being applied. The run must not end before it is done. */
  get busy(): boolean {
    return this.#writing.size > 0;
  }

  /** Whether reviews can be answered. */
  get anybody(): boolean {
    return this.#deps.reviewer !== 'nobody';
  }

  /** Answers an opened review immediately if everything was approved beforehand. */
  asked(task: string): void {
    if (this.#deps.reviewer === 'approve_all') this.answer(task, { answer: 'approved' }, null);
  }

  /** Returns the text under review; null if there is none or it cannot be read. */
  text(task: string): string | null {
    const state = this.#deps.recorder.state.tasks.get(task);
    const turn = state && openReview(state)?.when === 'after' ? reviewedTurn(state) : null;
    return turn && this.#deps.results.outputOf(task, turn.turn);
  }

  /** Applies an answer and replies to its command, immediately or when its text has been written. */
  answer(task: string, answer: ReviewAnswer, command: number | null): void {
    const state = this.#deps.recorder.state.tasks.get(task);
    const review = state ? openReview(state) : null;
    if (!review || this.#writing.has(task)) this.refuse(task, command);
    else if (answer.answer === 'sent_back') this.#reply(task, command, this.#sendBack(review, answer));
    else if (answer.answer === 'approved' && review.when === 'before') {
      this.#emit(review.task, review.when, answer);
      this.#reply(task, command, { ok: true });
    } else this.#accept(review, answer, command);
  }

  /** Refuses an answer to a review that is not open. */
  refuse(task: string, command: number | null): void {
    this.#reply(task, command, refused(task, 'waits for no answer now'));
  }

  /** Handles the end of writing an answer's text to the `output_file`. `isOver`: the run is about to end. */
  written(task: string, result: WriteResult, isOver: boolean): void {
    const writing = this.#writing.get(task);
    if (!writing) return;
    this.#writing.delete(task);
    const state = this.#deps.recorder.state.tasks.get(task);
    const review = state ? openReview(state) : null;
    if (!result.ok) this.#reply(task, writing.command, result, isOver);
    // While the file was written the run may have been stopped.
    else if (!review || isOver)
      this.#reply(task, writing.command, refused(task, 'waits for no answer any more'), isOver);
    else {
      this.#complete(review, writing.answer, writing.text);
      this.#reply(task, writing.command, { ok: true });
    }
  }

  /**
   * Makes the text under review, or the person's text, the result of the task. Its `output_file` is written first: if
   * that fails, the review stays open and nothing is lost.
   */
  #accept(review: OpenReview, answer: ReviewAnswer, command: number | null): void {
    const { name } = review.task;
    const text = answer.answer === 'edited' ? answer.text : this.text(name);
    const file = this.#files.get(name);
    if (text === null)
      this.#reply(name, command, refused(name, "has a result that cannot be read from the run's folder"));
    else if (file === undefined) {
      this.#complete(review, answer, text);
      this.#reply(name, command, { ok: true });
    } else {
      this.#writing.set(name, { answer, text, command });
      this.#deps.effects.add({ type: 'writeFile', id: { type: 'review', task: name }, file, text });
    }
  }

  #complete({ task, when }: OpenReview, answer: ReviewAnswer, text: string): void {
    const shortened = when === 'after' ? (reviewedTurn(task)?.shortened ?? []) : [];
    this.#emit(task, when, answer);
    this.#deps.completion.complete(task.name, text, { shortened, edited: answer.answer === 'edited' });
  }

  /** Has the task attempted again, with the remark. */
  #sendBack({ task, when }: OpenReview, answer: Extract<ReviewAnswer, { answer: 'sent_back' }>): CommandResult {
    if (when === 'before' || !reviewedTurn(task))
      return refused(task.name, 'has not been done yet, so it cannot be sent back');
    if (answer.remark.trim() === '')
      return { ok: false, message: 'Describe what should change to send the result back.' };
    this.#deps.transcripts.sendBack(task.name, this.#given(task), answer.remark);
    this.#emit(task, when, answer);
    return { ok: true };
  }

  /** Replies to a command. A task that was approved beforehand fails if its result cannot be read or written. */
  #reply(task: string, command: number | null, result: CommandResult, isOver = false): void {
    const { recorder, completion, effects } = this.#deps;
    if (command !== null) {
      effects.add({ type: 'reply', command, result });
      return;
    }
    const state = recorder.state.tasks.get(task);
    if (result.ok || isOver || !state || openReview(state) === null) return;
    recorder.emit({ type: 'task.failed', task, kind: 'output', message: result.message });
    completion.ended(task);
  }

  /** Returns the outputs of the task's turns: the proposals of a consensual task, otherwise the one answer. */
  #given({ name, turns }: TaskState): TurnOutput[] {
    const names = new Set(turns.flatMap(({ turn, output }) => (output === null ? [] : [turn])));
    return [...names].map((turn) => ({ turn, answer: this.#deps.results.outputOf(name, turn) ?? '' }));
  }

  #emit({ name }: TaskState, when: OpenReview['when'], { answer, remark = '' }: ReviewAnswer): void {
    const by = this.#deps.reviewer === 'approve_all' ? 'approve_all' : 'person';
    const said = remark.trim() === '' ? {} : { remark };
    this.#deps.recorder.emit({ type: 'review.answered', task: name, when, answer, by, ...said });
  }
}

function refused(task: string, why: string): CommandResult {
  return { ok: false, message: `The task ${task} ${why}.` };
}
