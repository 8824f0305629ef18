import type { Crew } from '../../../shared/project/schema.ts';
import { type OpenReview, openReview, reviewedTurn } from '../../../shared/run/review.ts';
import type { TaskState } from '../../../shared/run/state.ts';
import type { Recorder } from '../journal/recorder.ts';
import { writeOutputFile } from '../output-file.ts';
import type { CommandResult, ReviewAnswer, ReviewMode } from '../request.ts';
import type { Completion } from '../turns/completion.ts';
import type { Results } from '../turns/results.ts';
import type { Transcripts, TurnOutput } from '../turns/transcript.ts';

export interface ReviewDeps {
  project: Crew;
  workspace: string;
  reviewer: ReviewMode;
  recorder: Recorder;
  completion: Completion;
  results: Results;
  transcripts: Transcripts;
  /** The run lets go: what is answered now comes too late. */
  isOver: () => boolean;
  /** Something has been answered, or an answer could not be kept: there may be decisions, and an end can be reached. */
  answered: () => void;
}

/** The questions of a run to a person, from the asking to what follows from the answer. */
export class Reviews {
  readonly #deps: ReviewDeps;
  readonly #files: ReadonlyMap<string, string | undefined>;
  /** Tasks whose answer is being carried out. */
  readonly #answering = new Set<string>();

  constructor(deps: ReviewDeps) {
    this.#deps = deps;
    this.#files = new Map(deps.project.tasks.map((task) => [task.name, task.output_file]));
  }

  /** An answer is being carried out: the run lets go after it. */
  get busy(): boolean {
    return this.#answering.size > 0;
  }

  /** Somebody answers, now or later. */
  get anybody(): boolean {
    return this.#deps.reviewer !== 'nobody';
  }

  /** A person is to be asked; who approves everything beforehand has answered. */
  asked(task: string): void {
    if (this.#deps.reviewer === 'approve_all') void this.#approve(task);
  }

  /** The text that waits for the answer about a task; null where none does, or it cannot be read. */
  text(task: string): string | null {
    const state = this.#deps.recorder.state.tasks.get(task);
    const turn = state && openReview(state)?.when === 'after' ? reviewedTurn(state) : null;
    return turn && this.#deps.results.outputOf(task, turn.turn);
  }

  /** Takes an answer and carries it out. It is not safe yet when this resolves. */
  async answer(task: string, answer: ReviewAnswer): Promise<CommandResult> {
    const state = this.#deps.recorder.state.tasks.get(task);
    const review = state ? openReview(state) : null;
    if (!review || this.#deps.isOver() || this.#answering.has(task)) return refused(task, 'waits for no answer now');
    this.#answering.add(task);
    const taken = await this.#take(review, answer);
    this.#answering.delete(task);
    this.#deps.answered();
    return taken;
  }

  #take({ task, when }: OpenReview, answer: ReviewAnswer): Promise<CommandResult> {
    switch (answer.answer) {
      case 'approved':
        return when === 'before' ? this.#let(task, answer) : this.#give(task, when, answer);
      case 'edited':
        return this.#give(task, when, answer);
      case 'sent_back':
        return this.#sendBack(task, when, answer);
    }
  }

  /** Lets a task be done. */
  async #let(task: TaskState, answer: ReviewAnswer): Promise<CommandResult> {
    this.#say(task, 'before', answer);
    return { ok: true };
  }

  /**
   * Makes what waits, or what the person wrote, the task's result. Its `output_file` is written first: where that fails
   * the question stays open, and nothing is lost.
   */
  async #give(task: TaskState, when: OpenReview['when'], answer: ReviewAnswer): Promise<CommandResult> {
    const text = answer.answer === 'edited' ? answer.text : this.text(task.name);
    if (text === null) return refused(task.name, "has a result that cannot be read from the run's folder");
    const file = this.#files.get(task.name);
    const written = file === undefined ? null : await writeOutputFile(this.#deps.workspace, file, text);
    if (written && !written.ok) return written;
    if (!this.#isOpen(task)) return refused(task.name, 'waits for no answer any more');
    const shortened = when === 'after' ? (reviewedTurn(task)?.shortened ?? []) : [];
    this.#say(task, when, answer);
    this.#deps.completion.complete(task.name, text, { shortened, edited: answer.answer === 'edited' });
    return { ok: true };
  }

  /** Has a result made anew, by an attempt that is told why. */
  async #sendBack(
    task: TaskState,
    when: OpenReview['when'],
    answer: Extract<ReviewAnswer, { answer: 'sent_back' }>,
  ): Promise<CommandResult> {
    if (when === 'before' || !reviewedTurn(task))
      return refused(task.name, 'has not been done yet, so it cannot be sent back');
    if (answer.remark.trim() === '')
      return { ok: false, message: 'Describe what should change to send the result back.' };
    this.#deps.transcripts.sendBack(task.name, this.#given(task), answer.remark);
    this.#say(task, when, answer);
    return { ok: true };
  }

  /** What its turns gave: a consensual task's proposals, else the one answer. */
  #given({ name, turns }: TaskState): TurnOutput[] {
    const names = new Set(turns.flatMap(({ turn, output }) => (output === null ? [] : [turn])));
    return [...names].map((turn) => ({ turn, answer: this.#deps.results.outputOf(name, turn) ?? '' }));
  }

  /** While something was read or written the run may have been stopped, or let go. */
  #isOpen(task: TaskState): boolean {
    return !this.#deps.isOver() && openReview(task) !== null;
  }

  /** As without a review, a result that cannot be written fails its task. */
  async #approve(task: string): Promise<void> {
    const taken = await this.answer(task, { answer: 'approved' });
    const { recorder, completion, answered } = this.#deps;
    const state = recorder.state.tasks.get(task);
    if (taken.ok || !state || !this.#isOpen(state)) return;
    recorder.emit({ type: 'task.failed', task, kind: 'output', message: taken.message });
    completion.ended(task);
    answered();
  }

  #say({ name }: TaskState, when: OpenReview['when'], { answer, remark = '' }: ReviewAnswer): void {
    const by = this.#deps.reviewer === 'approve_all' ? 'approve_all' : 'person';
    const said = remark.trim() === '' ? {} : { remark };
    this.#deps.recorder.emit({ type: 'review.answered', task: name, when, answer, by, ...said });
  }
}

function refused(task: string, why: string): CommandResult {
  return { ok: false, message: `The task ${task} ${why}.` };
}
