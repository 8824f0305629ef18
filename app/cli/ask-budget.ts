import { countOf } from '../../shared/figures/format.ts';
import { dollars } from '../../shared/run/budget.ts';
import type { GroupKind } from '../launch/group/group-handle.ts';
import type { Io } from './io.ts';
import type { TerminalPrompt } from './terminal-prompt.ts';

/** A budget that is used up. Amounts are in US dollars and cover all rows of a batch. */
export interface ExhaustedBudget {
  of: GroupKind;
  budgetUsd: number;
  spentUsd: number;
  /** Whether part of the spent amount is an estimate. */
  isEstimated: boolean;
  tasksLeft: number;
  /** Estimated cost of the remaining tasks; null if unknown. */
  aheadUsd: number | null;
}

/** Asks for a larger budget. @returns the new total in US dollars; null if the person leaves the budget unchanged */
export async function askBudget(
  { of, budgetUsd, spentUsd: spent, isEstimated, tasksLeft, aheadUsd }: ExhaustedBudget,
  io: Io,
  terminal: TerminalPrompt,
  withdrawn: AbortSignal,
): Promise<number | null> {
  const estimated = isEstimated ? ', in part estimated' : '';
  const left = `${countOf(tasksLeft, 'task')} left`;
  const guess = aheadUsd === null ? '' : `, about ${dollars(aheadUsd)} more, judging by the finished tasks`;
  io.stderr(`\n── The budget of ${dollars(budgetUsd)} is used up ──\n\n`);
  io.stderr(`${dollars(spent)} spent${estimated}; ${left}${guess}.\n`);
  for (;;) {
    const input = await terminal.ask(
      `\nNew total budget for the ${of} in US dollars (Enter to interrupt): `,
      withdrawn,
    );
    if (input === null || input.trim() === '') return null;
    const usd = Number(input.trim().replace(/^\$/, ''));
    if (Number.isFinite(usd) && usd > spent) return usd;
    io.stderr(`Enter an amount greater than the ${dollars(spent)} already spent.\n`);
    if (withdrawn.aborted) return null;
  }
}
