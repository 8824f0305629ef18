import { isOverBudget, tasksToPay } from '../../shared/run/budget.ts';
import { openReviews } from '../../shared/run/review.ts';
import type { RunHandle, Taken } from '../engine/request.ts';
import { askBudget } from './ask-budget.ts';
import { askReview } from './ask-review.ts';
import type { Io } from './io.ts';
import type { Person } from './person.ts';
import type { Progress } from './progress.ts';

/** Something that a run asks now. */
interface Question {
  isOpen(): boolean;
  /** Asks it and carries the answer out; null: the person gives none. */
  ask(withdrawn: AbortSignal): Promise<Taken | null>;
  /** Why the run is left where nobody answers. */
  unanswered: 'review' | 'budget';
}

/**
 * Asks the person at the terminal what a run asks, one question at a time, while its progress is hushed. Where they give
 * no answer the run is left interrupted, and asks again when it is resumed. @returns what ends it
 */
export function askAtTerminal(run: RunHandle, io: Io, person: Person, progress: Progress): () => void {
  let isAsking = false;
  let isOver = false;
  let withdraw = new AbortController();

  const askAll = async () => {
    if (isAsking) return;
    isAsking = true;
    for (let next = questionOf(run, io, person); next && !isOver; next = questionOf(run, io, person)) await ask(next);
    isAsking = false;
  };

  const ask = async (question: Question) => {
    const control = new AbortController();
    withdraw = control;
    const unhush = progress.hush();
    const endWatch = run.subscribe(() => {
      if (!question.isOpen()) control.abort();
    });
    const taken = await question.ask(control.signal);
    endWatch();
    if (taken === null && !control.signal.aborted) {
      isOver = true;
      run.interrupt(question.unanswered);
    }
    if (taken?.ok === false) io.stderr(`${taken.message}\n`);
    unhush();
  };

  const endWatch = run.subscribe((events) => {
    if (events.some(({ type }) => type === 'review.asked' || type === 'budget.reached')) void askAll();
  });
  void askAll();
  return () => {
    isOver = true;
    endWatch();
    withdraw.abort();
  };
}

/** Money first: without it nothing else goes on. */
function questionOf(run: RunHandle, io: Io, person: Person): Question | null {
  const { state } = run;
  const isUnpaid = () => isOverBudget(state) && tasksToPay(state).length > 0;
  if (isUnpaid()) {
    return {
      isOpen: isUnpaid,
      ask: async (withdrawn) => {
        const usd = await askBudget(run, io, person, withdrawn);
        return usd === null ? null : run.setBudget(usd);
      },
      unanswered: 'budget',
    };
  }
  const open = openReviews(state);
  const [review] = open;
  if (!review) return null;
  const { name } = review.task;
  return {
    isOpen: () => openReviews(state).some(({ task }) => task.name === name),
    ask: async (withdrawn) => {
      const answer = await askReview({ run, review, io, person, waiting: open.length, withdrawn });
      return answer === null ? null : run.answerReview(name, answer);
    },
    unanswered: 'review',
  };
}
