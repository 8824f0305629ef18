import { type Evaluator, evaluateCondition, filterItems } from '../evaluate-expression.ts';

/** Evaluates in this thread, for tests whose expressions end. */
export const IN_PROCESS: Evaluator = {
  condition: async (condition) => evaluateCondition(condition),
  filter: async (filter) => filterItems(filter),
};
