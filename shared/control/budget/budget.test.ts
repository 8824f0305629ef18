import { expect, test } from 'vitest';
import { allowsCalls, budgetEvent } from './budget.ts';

test('calls are allowed until the budget is spent, and always without a budget', () => {
  const view = { budgetUsd: 1, isOver: false };
  expect(allowsCalls({ ...view, spentUsd: 0.99 })).toBe(true);
  expect(allowsCalls({ ...view, spentUsd: 1 })).toBe(false);
  expect(allowsCalls({ budgetUsd: null, spentUsd: 1000, isOver: false })).toBe(true);
  // A used-up budget stays used up until a larger budget is journaled.
  expect(allowsCalls({ budgetUsd: 2, spentUsd: 1, isOver: true })).toBe(false);
});

test('a budget that is used up is reported once', () => {
  const view = { budgetUsd: 1, spentUsd: 1.5 };
  expect(budgetEvent({ ...view, isOver: false })).toEqual({ type: 'budget.reached', spent_usd: 1.5, budget_usd: 1 });
  expect(budgetEvent({ ...view, isOver: true })).toBeNull();
  expect(budgetEvent({ budgetUsd: 1, spentUsd: 0.5, isOver: false })).toBeNull();
  expect(budgetEvent({ budgetUsd: null, spentUsd: 0.5, isOver: false })).toBeNull();
});
