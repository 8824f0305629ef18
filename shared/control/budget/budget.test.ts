import { expect, test } from 'vitest';
import { allowsCalls, budgetEvent, tokenBudgetSet } from './budget.ts';

test('calls are allowed until the budget is spent, and always without a budget', () => {
  const view = { budgetUsd: 1, isOver: false };
  expect(allowsCalls({ ...view, spentUsd: 0.99 })).toBe(true);
  expect(allowsCalls({ ...view, spentUsd: 1 })).toBe(false);
  expect(allowsCalls({ budgetUsd: null, spentUsd: 1000, isOver: false })).toBe(true);
  // A used-up budget stays used up until a larger budget is journaled.
  expect(allowsCalls({ budgetUsd: 2, spentUsd: 1, isOver: true })).toBe(false);
});

test('calls are allowed until the tokens are used, whatever they cost', () => {
  const view = { budgetUsd: null, spentUsd: 0, isOver: false };
  expect(allowsCalls({ ...view, tokens: { budget: 100, spent: 99 } })).toBe(true);
  expect(allowsCalls({ ...view, tokens: { budget: 100, spent: 100 } })).toBe(false);
  expect(budgetEvent({ ...view, tokens: { budget: 100, spent: 120 } })).toEqual({
    type: 'budget.reached',
    spent_usd: 0,
    spent_tokens: 120,
    budget_tokens: 100,
  });
});

test('the budget that is used up first counts', () => {
  const tokens = { budget: 100, spent: 50 };
  expect(budgetEvent({ budgetUsd: 1, spentUsd: 2, tokens, isOver: false })).toMatchObject({ budget_usd: 1 });
  expect(budgetEvent({ budgetUsd: 1, spentUsd: 0, tokens, isOver: false })).toBeNull();
});

test('a token budget must be above the tokens used', () => {
  const spent = { spentUsd: 0.5, spentTokens: 100 };
  expect(tokenBudgetSet(spent, 100)).toMatchObject({ ok: false, message: expect.stringContaining('100 tokens') });
  expect(tokenBudgetSet(spent, 200)).toEqual({
    ok: true,
    draft: { type: 'budget.set', budget_tokens: 200, spent_usd: 0.5, spent_tokens: 100 },
  });
});

test('a budget that is used up is reported once', () => {
  const view = { budgetUsd: 1, spentUsd: 1.5 };
  expect(budgetEvent({ ...view, isOver: false })).toEqual({ type: 'budget.reached', spent_usd: 1.5, budget_usd: 1 });
  expect(budgetEvent({ ...view, isOver: true })).toBeNull();
  expect(budgetEvent({ budgetUsd: 1, spentUsd: 0.5, isOver: false })).toBeNull();
  expect(budgetEvent({ budgetUsd: null, spentUsd: 0.5, isOver: false })).toBeNull();
});
