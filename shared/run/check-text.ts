import type { Check } from './state.ts';

/** Returns the verdict of a check as text, such as `guardrail failed` or `manager's review: sent back`. */
export function checkText({ what, passed }: Pick<Check, 'what' | 'passed'>): string {
  if (what === 'manager_review') return `${CHECK_WORDS[what]}: ${passed ? 'approved' : 'sent back'}`;
  return `${CHECK_WORDS[what]} ${passed ? 'passed' : 'failed'}`;
}

/** The label of each kind of check. */
export const CHECK_WORDS: Readonly<Record<Check['what'], string>> = {
  schema: 'output schema',
  choice: 'choice',
  guardrail: 'guardrail',
  repair: 'repaired answer',
  manager_review: "manager's review",
};
