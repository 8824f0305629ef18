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

/** Something that a run asks now. */
interface Question {
  isOpen(): boolean;
  /** Asks it and carries the answer out; null: the person gives none. */
  ask(withdrawn: AbortSignal): Promise<CommandResult | null>;
  /** Nobody answers: what asks is left. */
  leave(): void;
}

/** Who asks: a run, or the rows of a batch. */
interface Asker {
  /** The question that comes first now. */
  next(): Question | null;
  /** Tells when there may be a question, or one may be no more. Returns the function that ends it. */
  watch(changed: () => void): () => void;
}

/**
 * Asks the person at the terminal what a run asks, one question at a time, while its progress is hushed. Where they give
 * no answer the run is left interrupted, and asks again when it is resumed. @returns what ends it
 */
export function promptForRun(run: RunHandle, io: Io, terminal: TerminalPrompt, progress: Progress): () => void {
  return askAll(
    { next: () => questionOf(run, io, terminal), watch: (changed) => run.subscribe(changed) },
    io,
    progress,
  );
}

/** The same for a batch: whichever row asks, one question at a time, each with the row that it is about. */
export function askForBatch(batch: Batch, io: Io, terminal: TerminalPrompt, progress: Progress): () => void {
  const watch = (changed: () => void) => watchRows(batch, { row: changed, events: changed });
  return askAll({ next: () => questionOfBatch(batch, io, terminal), watch }, io, progress);
}

function askAll(asker: Asker, io: Io, progress: Progress): () => void {
  let asked: { question: Question; control: AbortController } | null = null;
  let isAsking = false;
  let isOver = false;

  const askNext = async () => {
    if (isAsking) return;
    isAsking = true;
    for (let next = asker.next(); next && !isOver; next = asker.next()) await ask(next);
    isAsking = false;
  };

  const ask = async (question: Question) => {
    const control = new AbortController();
    asked = { question, control };
    const unhush = progress.suspend();
    const taken = await question.ask(control.signal);
    asked = null;
    if (taken === null && !control.signal.aborted) {
      isOver = true;
      question.leave();
    }
    if (taken?.ok === false) io.stderr(`${taken.message}\n`);
    unhush();
  };

  const endWatch = asker.watch(() => {
    if (isOver) return;
    if (asked?.question.isOpen() === false) asked.control.abort();
    else void askNext();
  });
  void askNext();
  return () => {
    isOver = true;
    endWatch();
    asked?.control.abort();
  };
}

/** Money first: without it nothing else goes on. */
function questionOf(run: RunHandle, io: Io, terminal: TerminalPrompt): Question | null {
  const { state } = run;
  if (isUnpaid(state)) {
    return {
      isOpen: () => isUnpaid(state),
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
  const unpaid = () => batch.rows.flatMap(({ handle }) => (handle && isUnpaid(handle.state) ? [handle.state] : []));
  const [first] = unpaid();
  if (first) {
    return {
      isOpen: () => unpaid().length > 0,
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

/** Tasks that would still cost something, those of rows that have not begun too. */
function tasksLeftIn({ rows, project }: Batch): number {
  return rows.reduce((sum, { status, handle, done }) => {
    if (handle) return sum + tasksToPay(handle.state).length;
    return status === 'ended' ? sum : sum + project.tasks.length - done;
  }, 0);
}

interface ReviewAsked {
  run: RunHandle;
  review: OpenReview;
  waiting: number;
  io: Io;
  terminal: TerminalPrompt;
  leave: () => void;
  /** Of which row it is, in a batch. */
  of?: string;
}

function reviewQuestion({ leave, ...asked }: ReviewAsked): Question {
  const { run, review } = asked;
  const { name } = review.task;
  return {
    isOpen: () => openReview(review.task) !== null,
    ask: async (withdrawn) => {
      const answer = await askReview({ ...asked, withdrawn });
      return answer === null ? null : run.answerReview(name, answer);
    },
    leave,
  };
}

function isUnpaid(state: RunState): boolean {
  return isOverBudget(state) && tasksToPay(state).length > 0;
}
