import { countOf } from '../../shared/figures/format.ts';
import { dollars, tokens } from '../../shared/run/budget-text.ts';
import type { GroupKind } from '../launch/group/group-handle.ts';
import type { Io } from './io.ts';
import type { TerminalPrompt } from './terminal-prompt.ts';

/** A budget that is used up. Amounts are in its unit and cover all rows of a batch. */
export interface ExhaustedBudget {
  of: GroupKind;
  unit: 'usd' | 'tokens';
  budget: number;
  spent: number;
  /** Whether part of the spent amount is an estimate. */
  isEstimated: boolean;
  tasksLeft: number;
  /** Estimated amount for the remaining tasks; null if unknown. */
  ahead: number | null;
}

const UNITS = {
  usd: { text: dollars, spent: 'spent', name: 'in US dollars' },
  tokens: { text: tokens, spent: 'used', name: 'in tokens' },
} as const;

/** Asks for a larger budget. @returns the new total in its unit; null if the person leaves the budget unchanged */
export async function askBudget(
  { of, unit, budget, spent, isEstimated, tasksLeft, ahead }: ExhaustedBudget,
  io: Io,
  terminal: TerminalPrompt,
  withdrawn: AbortSignal,
): Promise<number | null> {
  const { text, name, spent: verb } = UNITS[unit];
  const estimated = isEstimated ? ', in part estimated' : '';
  const left = `${countOf(tasksLeft, 'task')} left`;
  const guess = ahead === null ? '' : `, about ${text(ahead)} more, judging by the finished tasks`;
  io.stderr(`\n── The budget of ${text(budget)} is used up ──\n\n`);
  io.stderr(`${text(spent)} ${verb}${estimated}; ${left}${guess}.\n`);
  for (;;) {
    const input = await terminal.ask(`\nNew total budget for the ${of} ${name} (Enter to interrupt): `, withdrawn);
    if (input === null || input.trim() === '') return null;
    const amount = Number(input.trim().replace(/^\$/, '').replaceAll(',', ''));
    if ((unit === 'usd' ? Number.isFinite(amount) : Number.isSafeInteger(amount)) && amount > spent) return amount;
    io.stderr(`Enter an amount greater than the ${text(spent)} already ${verb}.\n`);
    if (withdrawn.aborted) return null;
  }
}
