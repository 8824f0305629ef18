import type { RunState } from '../../../shared/run/state.ts';

export interface CheckCount {
  passed: number;
  failed: number;
}

/** What the run says about the quality of its results; nothing else is called quality. */
export interface QualityFigures {
  guardrails: CheckCount;
  schemas: CheckCount;
  /** Answers that their agent was asked to mend: mended, or not. */
  repairs: CheckCount;
  degraded: readonly string[];
  reviews: { approved: number; edited: number; sentBack: number; open: number };
}

export function qualityFigures(state: RunState): QualityFigures {
  const tasks = [...state.tasks.values()];
  const checks = tasks.flatMap((task) => task.checks);
  const reviews = tasks.flatMap((task) => task.reviews);
  const count = (what: 'schema' | 'guardrail' | 'repair'): CheckCount => {
    const own = checks.filter((check) => check.what === what);
    const passed = own.filter((check) => check.passed).length;
    return { passed, failed: own.length - passed };
  };
  const answered = (answer: string | null): number => reviews.filter((review) => review.answer === answer).length;
  return {
    guardrails: count('guardrail'),
    schemas: count('schema'),
    repairs: count('repair'),
    degraded: tasks.filter((task) => task.degraded).map((task) => task.name),
    reviews: {
      approved: answered('approved'),
      edited: answered('edited'),
      sentBack: answered('sent_back'),
      open: answered(null),
    },
  };
}
