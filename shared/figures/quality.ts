import { openReview } from '../run/review.ts';
import type { RunState } from '../run/state.ts';
import type { Check, Review } from '../run/task-state.ts';

export interface CheckCount {
  passed: number;
  failed: number;
}

/** The figures of quality of a run. */
export interface QualityFigures {
  guardrails: CheckCount;
  schemas: CheckCount;
  /** Answers that were sent back for repair: repaired or not. */
  repairs: CheckCount;
  /** Manager reviews of answers (`manager_review`): approved, or sent back. */
  managerReviews: CheckCount;
  degraded: readonly string[];
  /** Answers of people, and unanswered questions. `unasked`: all approved in advance. */
  reviews: { approved: number; edited: number; sentBack: number; open: number; unasked: number };
}

export function qualityFigures(state: RunState): QualityFigures {
  const tasks = [...state.tasks.values()];
  const checks = tasks.flatMap((task) => task.checks);
  const reviews = tasks.flatMap((task) => task.reviews);
  const byPerson = reviews.filter(({ by }) => by !== 'approve_all');
  const count = (what: Check['what']): CheckCount => {
    const own = checks.filter((check) => check.what === what);
    const passed = own.filter((check) => check.passed).length;
    return { passed, failed: own.length - passed };
  };
  const answered = (answer: Review['answer']): number => byPerson.filter((review) => review.answer === answer).length;
  return {
    guardrails: count('guardrail'),
    schemas: count('schema'),
    repairs: count('repair'),
    managerReviews: count('manager_review'),
    degraded: tasks.filter((task) => task.degraded).map((task) => task.name),
    reviews: {
      approved: answered('approved'),
      edited: answered('edited'),
      sentBack: answered('sent_back'),
      open: tasks.filter((task) => openReview(task) !== null).length,
      unasked: reviews.length - byPerson.length,
    },
  };
}
