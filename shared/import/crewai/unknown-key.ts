import type { Reason } from '../report.ts';

/** Why a key without a rule is left out. */
export function unknownKey(key: string): Reason {
  return { why: `Crewlane does not know the key "${key}" of CrewAI.`, instead: 'Set what it does in the crew file.' };
}
