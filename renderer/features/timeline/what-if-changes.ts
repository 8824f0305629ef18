import { useCallback, useState } from 'react';

/** What is tried: another number of slots, other capacities, tasks that take another share of their time. */
export interface Changes {
  slots: number | null;
  capacities: Readonly<Record<string, number>>;
  /** Of the task's time, by name; 0.5 is twice as fast. */
  speeds: Readonly<Record<string, number>>;
}

export const NO_CHANGES: Changes = { slots: null, capacities: {}, speeds: {} };

/** Changes, and the crew or run that they were tried on. */
interface Tried {
  of: string;
  changes: Changes;
}

/** What is tried on the crew or run that is `shown`: what was tried on another is not. */
export function changesFor(shown: string, { of, changes }: Tried): Changes {
  return of === shown ? changes : NO_CHANGES;
}

/** @param shown names the crew or run, as `TimelineSource` does */
export function useChanges(shown: string): [Changes, (changes: Changes) => void] {
  const [tried, setTried] = useState<Tried>({ of: shown, changes: NO_CHANGES });
  const change = useCallback((changes: Changes) => setTried({ of: shown, changes }), [shown]);
  return [changesFor(shown, tried), change];
}
