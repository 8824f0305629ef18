import type { PersonRequest, RecordedPersonAnswer } from '../../../shared/recording/recording.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import { recordingKey } from '../../base/recording-key.ts';
import type { PersonAnswer, ReviewAnswer, RunHandle } from '../request.ts';
import { personRequestOf } from './recorded-entries.ts';
import type { Replay } from './replay.ts';

/**
 * Answers the reviews and questions of a replayed run as the person did in the recording. If an answer is missing or
 * does not fit, `missing` receives the reason for a person, and the run is interrupted.
 */
export class ReplayedPerson {
  readonly #run: Pick<RunHandle, 'answerReview' | 'answerQuestion' | 'interrupt'>;
  readonly #replay: Replay;
  readonly #missing: (reason: string) => void;
  readonly #over = new AbortController();

  constructor(
    run: Pick<RunHandle, 'answerReview' | 'answerQuestion' | 'interrupt'>,
    replay: Replay,
    missing: (reason: string) => void,
  ) {
    this.#run = run;
    this.#replay = replay;
    this.#missing = missing;
  }

  take(events: readonly RunEvent[]): void {
    for (const event of events) {
      if (event.type === 'review.asked' || event.type === 'question.asked')
        void this.#answer(event.task, event.id ?? null, personRequestOf(event));
    }
  }

  /** The run has ended. */
  end(): void {
    this.#over.abort();
  }

  async #answer(task: string, id: string | null, request: PersonRequest): Promise<void> {
    const { signal } = this.#over;
    const found = await this.#replay.next('person', recordingKey(request), signal).catch(() => null);
    if (signal.aborted) return;
    if (found === null) {
      this.#leave(`The recording has no answer of a person for task "${task}" (${request.asked}).`);
      return;
    }
    const { answer } = found;
    const applied =
      id === null
        ? await this.#run.answerReview(task, reviewAnswerOf(answer))
        : await this.#run.answerQuestion(task, id, questionAnswerOf(answer));
    if (!applied.ok && !signal.aborted) this.#leave(`The recorded answer for task "${task}": ${applied.message}`);
  }

  #leave(reason: string): void {
    this.#missing(`${reason} Record the run again with --record.`);
    this.#run.interrupt('review');
  }
}

function reviewAnswerOf({ answer, remark, text = '' }: RecordedPersonAnswer): ReviewAnswer {
  const note = remark === undefined ? {} : { remark };
  if (answer === 'edited') return { answer, text, ...note };
  return answer === 'sent_back' ? { answer, remark: remark ?? '' } : { answer: 'approved', ...note };
}

function questionAnswerOf({
  answer,
  remark,
  text = '',
  arguments: changed = null,
}: RecordedPersonAnswer): PersonAnswer {
  const note = remark === undefined ? {} : { remark };
  if (answer === 'answered') return { answer, text };
  if (answer === 'edited') return { answer, arguments: changed, ...note };
  return { answer: answer === 'refused' ? 'refused' : 'approved', ...note };
}
