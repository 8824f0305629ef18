import { costAheadUsd, isOverBudget, isSpentEstimated, spentUsd, tasksToPay } from '../../shared/run/budget.ts';
import { type OpenReview, openReview, openReviews } from '../../shared/run/review.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { CommandResult, RunHandle } from '../engine/request.ts';
import type { Batch } from '../launch/batch/batch.ts';
import { askBudget } from './ask-budget.ts';
import { askReview } from './ask-review.ts';
import { inputsText } from './batch-text.ts';
import type { Io } from './io.ts';
import type { Progress } from './progress.ts';
import type { TerminalPrompt } from './terminal-prompt.ts';
import { watchRows } from './watch-rows.ts';

/** A question that a run or batch asks now. */
interface Question {
  isOpen(): boolean;
  /** Asks the question and applies the answer; null if the person gives no answer. */
  ask(withdrawn: AbortSignal): Promise<CommandResult | null>;
  /** Interrupts the run or batch because nobody answered. */
  leave(): void;
}

/** The source of questions: a run, or the rows of a batch. */
interface QuestionSource {
  /** The next question to ask; null if there is none. */
  next(): Question | null;
  /** Calls `changed` when a question may have appeared or disappeared. Returns a function that stops watching. */
  watch(changed: () => void): () => void;
}

/**
 * Asks the person at the terminal the questions of a run, one at a time, and suspends the progress display meanwhile.
 * If the person gives no answer, the run is interrupted and asks again when it is resumed. @returns a function that
 * stops asking
 */
export function promptForRun(run: RunHandle, io: Io, terminal: TerminalPrompt, progress: Progress): () => void {
  return askAll(
    { next: () => questionOf(run, io, terminal), watch: (changed) => run.subscribe(changed) },
    io,
    progress,
  );
}

/** Like `promptForRun`, for all rows of a batch. Each question names its row. */
export function promptForBatch(batch: Batch, io: Io, terminal: TerminalPrompt, progress: Progress): () => void {
  const watch = (changed: () => void) => watchRows(batch, { row: changed, events: changed });
  return askAll({ next: () => questionOfBatch(batch, io, terminal), watch }, io, progress);
}

function askAll(source: QuestionSource, io: Io, progress: Progress): () => void {
  let prompting: { question: Question; control: AbortController } | null = null;
  let isAsking = false;
  let isOver = false;

  const askNext = async () => {
    if (isAsking) return;
    isAsking = true;
    for (let next = source.next(); next && !isOver; next = source.next()) await ask(next);
    isAsking = false;
  };

  const ask = async (question: Question) => {
    const control = new AbortController();
    prompting = { question, control };
    const resumeProgress = progress.suspend();
    const result = await question.ask(control.signal);
    prompting = null;
    if (result === null && !control.signal.aborted) {
      isOver = true;
      question.leave();
    }
    if (result?.ok === false) io.stderr(`${result.message}\n`);
    resumeProgress();
  };

  const endWatch = source.watch(() => {
    if (isOver) return;
    if (prompting?.question.isOpen() === false) prompting.control.abort();
    else void askNext();
  });
  void askNext();
  return () => {
    isOver = true;
    endWatch();
    prompting?.control.abort();
  };
}

/** The budget question comes first, because without budget nothing can continue. */
function questionOf(run: RunHandle, io: Io, terminal: TerminalPrompt): Question | null {
  const { state } = run;
  if (needsBudget(state)) {
    return {
      isOpen: () => needsBudget(state),
      ask: async (withdrawn) => {
        const usd = await askBudget(
          {
            of: 'run',
            budgetUsd: state.budgetUsd ?? 0,
            spentUsd: spentUsd(state),
            isEstimated: isSpentEstimated(state),
            tasksLeft: tasksToPay(state).length,
            aheadUsd: costAheadUsd(state),
          },
          io,
          terminal,
          withdrawn,
        );
        return usd === null ? null : run.setBudget(usd);
      },
      leave: () => run.interrupt('budget'),
    };
  }
  const open = openReviews(state);
  const [review] = open;
  if (!review) return null;
  return reviewQuestion({ run, review, waiting: open.length, io, terminal, leave: () => run.interrupt('review') });
}

function questionOfBatch(batch: Batch, io: Io, terminal: TerminalPrompt): Question | null {
  const running = batch.rows.flatMap((row) => (row.handle ? [{ row, run: row.handle }] : []));
  const overBudget = () =>
    batch.rows.flatMap(({ handle }) => (handle && needsBudget(handle.state) ? [handle.state] : []));
  const [first] = overBudget();
  if (first) {
    return {
      isOpen: () => overBudget().length > 0,
      ask: async (withdrawn) => {
        const usd = await askBudget(
          {
            of: 'batch',
            budgetUsd: first.budgetUsd ?? 0,
            spentUsd: batch.spentUsd,
            isEstimated: running.some(({ run }) => isSpentEstimated(run.state)),
            tasksLeft: tasksLeftIn(batch),
            aheadUsd: null,
          },
          io,
          terminal,
          withdrawn,
        );
        return usd === null ? null : batch.setBudget(usd);
      },
      leave: () => batch.interrupt('budget'),
    };
  }
  const open = running.flatMap(({ row, run }) => openReviews(run.state).map((review) => ({ row, run, review })));
  const [next] = open;
  if (!next) return null;
  const { row, run, review } = next;
  const leave = () => batch.interrupt('review');
  const of = `Row ${row.row} (${inputsText(row.inputs)})`;
  const question = reviewQuestion({ run, review, waiting: open.length, io, terminal, leave, of });
  return { ...question, isOpen: () => row.handle === run && question.isOpen() };
}

/** Number of tasks that would still cost something, including those of rows that have not started. */
function tasksLeftIn({ rows, crew }: Batch): number {
  return rows.reduce((sum, { status, handle, done }) => {
    if (handle) return sum + tasksToPay(handle.state).length;
    return status === 'ended' ? sum : sum + crew.tasks.length - done;
  }, 0);
}

interface ReviewQuestionInput {
  run: RunHandle;
  review: OpenReview;
  waiting: number;
  io: Io;
  terminal: TerminalPrompt;
  leave: () => void;
  /** The row, in a batch. */
  of?: string;
}

function reviewQuestion({ leave, ...prompt }: ReviewQuestionInput): Question {
  const { run, review } = prompt;
  const { name } = review.task;
  return {
    isOpen: () => openReview(review.task) !== null,
    ask: async (withdrawn) => {
      const answer = await askReview({ ...prompt, withdrawn });
      return answer === null ? null : run.answerReview(name, answer);
    },
    leave,
  };
}

function needsBudget(state: RunState): boolean {
  return isOverBudget(state) && tasksToPay(state).length > 0;
}
