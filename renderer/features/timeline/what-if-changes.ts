import { useCallback, useState } from 'react';

/** The what-if changes: number of slots, capacities, and factors for the durations of tasks. */
export interface Changes {
  slots: number | null;
  capacities: Readonly<Record<string, number>>;
  /** The factor for a task's duration, by name; 0.5 is twice as fast. */
  speeds: Readonly<Record<string, number>>;
}

export const NO_CHANGES: Changes = { slots: null, capacities: {}, speeds: {} };

/** Changes and the crew or run to which they apply. */
interface OwnedChanges {
  of: string;
  changes: Changes;
}

/** The changes that apply to the crew or run `shown`; none if they belong to another. */
export function changesFor(shown: string, { of, changes }: OwnedChanges): Changes {
  return of === shown ? changes : NO_CHANGES;
}

/** @param shown names the crew or run, as `TimelineSource` does */
export function useChanges(shown: string): [Changes, (changes: Changes) => void] {
  const [owned, setOwned] = useState<OwnedChanges>({ of: shown, changes: NO_CHANGES });
  const change = useCallback((changes: Changes) => setOwned({ of: shown, changes }), [shown]);
  return [changesFor(shown, owned), change];
}
