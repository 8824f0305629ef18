import { expect, test } from 'vitest';
import { NO_CHANGES, triedOn } from './what-if-changes.ts';

test('what was tried on one crew or run is not tried on the next one', () => {
  const tried = { of: 'run 1', changes: { slots: 2, capacities: { db: 4 }, speeds: { draft: 0.5 } } };
  expect(triedOn('run 1', tried)).toBe(tried.changes);
  expect(triedOn('run 2', tried)).toBe(NO_CHANGES);
});
