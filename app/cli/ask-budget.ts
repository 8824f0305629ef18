import { countOf } from '../../shared/figures/format.ts';
import { dollars } from '../../shared/run/budget.ts';
import type { Io } from './io.ts';
import type { TerminalPrompt } from './terminal-prompt.ts';

/** A budget that is used up. Sums are US dollars, over all rows of a batch. */
export interface SpentBudget {
  of: 'run' | 'batch';
  budgetUsd: number;
  spentUsd: number;
  /** Some of what was spent is an estimate. */
  isEstimated: boolean;
  tasksLeft: number;
  /** What is left will cost about so much; null: unknown. */
  aheadUsd: number | null;
}

/** Asks for a larger budget. @returns US dollars for all of it; null: it is to be left as it is */
export async function askBudget(
  { of, budgetUsd, spentUsd: spent, isEstimated, tasksLeft, aheadUsd }: SpentBudget,
  io: Io,
  terminal: TerminalPrompt,
  withdrawn: AbortSignal,
): Promise<number | null> {
  const estimated = isEstimated ? ', in part estimated' : '';
  const left = `${countOf(tasksLeft, 'task')} left`;
  const guess = aheadUsd === null ? '' : `, about ${dollars(aheadUsd)} more at what the others cost`;
  io.stderr(`\n── The budget of ${dollars(budgetUsd)} is used up ──\n\n`);
  io.stderr(`${dollars(spent)} spent${estimated}; ${left}${guess}.\n`);
  for (;;) {
    const said = await terminal.ask(`\nNew budget for the whole ${of} in dollars, or Enter to leave it: `, withdrawn);
    if (said === null || said.trim() === '') return null;
    const usd = Number(said.trim().replace(/^\$/, ''));
    if (Number.isFinite(usd) && usd > spent) return usd;
    io.stderr(`Give a number above the ${dollars(spent)} that are spent.\n`);
    if (withdrawn.aborted) return null;
  }
}
