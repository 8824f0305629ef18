import type { Check } from './state.ts';

/** `guardrail failed`, `manager's review: sent back` */
export function checkText({ what, passed }: Pick<Check, 'what' | 'passed'>): string {
  if (what === 'manager_review') return `${CHECK_WORDS[what]}: ${passed ? 'approved' : 'sent back'}`;
  return `${CHECK_WORDS[what]} ${passed ? 'passed' : 'failed'}`;
}

/** Returns the label of a check. */
export const CHECK_WORDS: Readonly<Record<Check['what'], string>> = {
  schema: 'output schema',
  guardrail: 'guardrail',
  repair: 'repaired answer',
  manager_review: "manager's review",
};
