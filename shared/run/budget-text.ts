/** Formats US dollars in cents, with two more decimals if an amount below a dollar has them. */
export function dollars(usd: number): string {
  const fine = usd.toFixed(4);
  return `$${usd >= 1 || fine.endsWith('00') ? usd.toFixed(2) : fine}`;
}

/** Formats a number of tokens. */
export function tokens(count: number): string {
  return `${count.toLocaleString('en-US')} tokens`;
}

/** A budget that is used up: in US dollars, or in tokens if there is no `budget_usd`. */
interface ReachedBudget {
  budget_usd?: number | undefined;
  spent_usd: number;
  budget_tokens?: number | undefined;
  spent_tokens?: number | undefined;
}

/** Describes which budget is used up, and what was spent. */
export function budgetReached({ budget_usd, spent_usd, budget_tokens = 0, spent_tokens = 0 }: ReachedBudget): string {
  if (budget_usd !== undefined) return `The budget of ${dollars(budget_usd)} is used up: ${dollars(spent_usd)} spent`;
  return `The budget of ${tokens(budget_tokens)} is used up: ${tokens(spent_tokens)} used`;
}
