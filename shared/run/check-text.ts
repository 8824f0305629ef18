import type { Check } from './task-state.ts';

type CheckVerdict = Pick<Check, 'what' | 'passed'> & { guardrail?: number | null | undefined };

/** Returns the verdict of a check as text, such as `guardrail 2 failed` or `manager's review: sent back`. */
export function checkText({ what, passed, guardrail }: CheckVerdict): string {
  if (what === 'manager_review') return `${CHECK_WORDS[what]}: ${passed ? 'approved' : 'sent back'}`;
  const position = guardrail ? ` ${what === 'repair' ? `for guardrail ${guardrail}` : guardrail}` : '';
  return `${CHECK_WORDS[what]}${position} ${passed ? 'passed' : 'failed'}`;
}

/** The label of each kind of check. */
export const CHECK_WORDS: Readonly<Record<Check['what'], string>> = {
  schema: 'output schema',
  choice: 'choice',
  guardrail: 'guardrail',
  repair: 'repaired answer',
  manager_review: "manager's review",
};
