import { titleOf } from '../../shared/crew/titles.ts';
import { isOverBudget, isSpentEstimated, remainingCostUsd, tasksWithCostAhead } from '../../shared/run/budget.ts';
import { openQuestion, openQuestions } from '../../shared/run/questions.ts';
import { type OpenReview, openReview, openReviews } from '../../shared/run/review.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { CommandResult } from '../engine/request.ts';
import type { GroupHandle, GroupRow, RowHandle } from '../launch/group/group-handle.ts';
import { watchRows } from '../launch/group/watch-rows.ts';
import { askBudget } from './ask-budget.ts';
import { askQuestion } from './ask-question.ts';
import { askReview } from './ask-review.ts';
import type { Io } from './io.ts';
import type { Progress } from './progress.ts';
import { rowLabel } from './row-label.ts';
import type { TerminalPrompt } from './terminal-prompt.ts';

/** A question that a run or batch asks now. */
interface Question {
  isOpen(): boolean;
  /** Asks the question and applies the answer; null if the person gives no answer. */
  ask(withdrawn: AbortSignal): Promise<CommandResult | null>;
  /** Interrupts the run or batch because nobody answered. */
  leave(): void;
}

/**
 * Asks the person at the terminal the questions of a run or batch, one at a time, and suspends the progress display
 * meanwhile. If the person gives no answer, the run or batch is interrupted and asks again when it is resumed.
 * @returns a function that stops asking
 */
export function askQuestions(group: GroupHandle, io: Io, terminal: TerminalPrompt, progress: Progress): () => void {
  let prompting: { question: Question; control: AbortController } | null = null;
  let isAsking = false;
  let isOver = false;

  const askNext = async () => {
    if (isAsking) return;
    isAsking = true;
    for (let next = questionOf(group, io, terminal); next && !isOver; next = questionOf(group, io, terminal))
      await ask(next);
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

  const look = () => {
    if (isOver) return;
    if (prompting?.question.isOpen() === false) prompting.control.abort();
    else void askNext();
  };
  const endWatch = watchRows(group, { row: look, events: look });
  void askNext();
  return () => {
    isOver = true;
    endWatch();
    prompting?.control.abort();
  };
}

/** The next question. The budget question comes first, because without budget nothing can continue. */
function questionOf(group: GroupHandle, io: Io, terminal: TerminalPrompt): Question | null {
  const { kind } = group;
  const running = group.rows.flatMap((row) => (row.handle ? [{ row, run: row.handle }] : []));
  const overBudget = () =>
    group.rows.flatMap(({ handle }) => (handle && needsBudget(handle.state) ? [handle.state] : []));
  const [first] = overBudget();
  if (first) {
    return {
      isOpen: () => overBudget().length > 0,
      ask: async (withdrawn) => {
        const used = first.overBudget.at(-1)?.tokens ?? null;
        const common = {
          of: kind,
          isEstimated: running.some(({ run }) => isSpentEstimated(run.state)),
          tasksLeft: tasksLeftIn(group),
        };
        const inUsd = {
          unit: 'usd' as const,
          budget: first.budgetUsd ?? 0,
          spent: group.spentUsd,
          ahead: kind === 'run' ? remainingCostUsd(first) : null,
        };
        const inTokens = { unit: 'tokens' as const, budget: used?.budget ?? 0, spent: group.spentTokens, ahead: null };
        const exhausted = { ...common, ...(used === null ? inUsd : inTokens) };
        const budget = await askBudget(exhausted, io, terminal, withdrawn);
        if (budget === null) return null;
        return used === null ? group.setBudget(budget) : group.setTokenBudget(budget);
      },
      leave: () => group.interrupt('budget'),
    };
  }
  const asked = questionsOf(group, io, terminal, running);
  if (asked) return asked;
  const open = running.flatMap(({ row, run }) => openReviews(run.state).map((review) => ({ row, run, review })));
  const [next] = open;
  if (!next) return null;
  const { row, run, review } = next;
  const of = kind === 'run' ? {} : { of: `Row ${row.row} (${rowLabel(row.inputs)})` };
  const leave = () => group.interrupt('review');
  const question = reviewQuestion({ run, review, waiting: open.length, io, terminal, leave, ...of });
  return { ...question, isOpen: () => row.handle === run && question.isOpen() };
}

/** The oldest open question of a running turn. It comes before reviews, because its turn uses a slot. */
function questionsOf(
  group: GroupHandle,
  io: Io,
  terminal: TerminalPrompt,
  running: readonly { row: GroupRow; run: RowHandle }[],
): Question | null {
  const open = running.flatMap(({ row, run }) => openQuestions(run.state).map((asked) => ({ row, run, asked })));
  const [next] = open;
  if (!next) return null;
  const { row, run, asked } = next;
  const { name } = asked.task;
  const { id } = asked.question;
  const task = run.crew.tasks.find((one) => one.name === name);
  const of = group.kind === 'run' ? {} : { of: `Row ${row.row} (${rowLabel(row.inputs)})` };
  return {
    isOpen: () => row.handle === run && openQuestion(asked.task, id) !== null,
    ask: async (withdrawn) => {
      const prompt = { asked, title: task ? titleOf(task) : name, io, terminal, withdrawn, ...of };
      const answer = await askQuestion(prompt);
      return answer === null ? null : run.answerQuestion(name, id, answer);
    },
    leave: () => group.interrupt('review'),
  };
}

/** Number of tasks that would still cost something, including those of rows that have not started. */
function tasksLeftIn({ rows, crew }: GroupHandle): number {
  return rows.reduce((sum, { status, handle, progress }) => {
    if (handle) return sum + tasksWithCostAhead(handle.state).length;
    if (status === 'ended') return sum;
    return sum + (progress === null ? crew.tasks.length : progress.total - progress.done);
  }, 0);
}

interface ReviewQuestionInput {
  run: RowHandle;
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
  return isOverBudget(state) && tasksWithCostAhead(state).length > 0;
}
