import { expect, test } from 'vitest';
import { changesFor, NO_CHANGES } from './what-if-changes.ts';

test('What-if changes of one crew or run do not apply to the next one', () => {
  const tried = { of: 'run 1', changes: { slots: 2, capacities: { db: 4 }, speeds: { draft: 0.5 } } };
  expect(changesFor('run 1', tried)).toBe(tried.changes);
  expect(changesFor('run 2', tried)).toBe(NO_CHANGES);
});
