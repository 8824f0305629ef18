import { costAheadUsd, dollars, isSpentEstimated, spentUsd, tasksToPay } from '../../shared/run/budget.ts';
import type { RunHandle } from '../engine/request.ts';
import { countOf } from '../reports/format.ts';
import type { Io } from './io.ts';
import type { Person } from './person.ts';

/** Asks for a larger budget. @returns US dollars for the whole run; null: the run is to be left as it is */
export async function askBudget(
  run: RunHandle,
  io: Io,
  person: Person,
  withdrawn: AbortSignal,
): Promise<number | null> {
  const { state } = run;
  const spent = spentUsd(state);
  const ahead = costAheadUsd(state);
  const estimated = isSpentEstimated(state) ? ', in part estimated' : '';
  const left = `${countOf(tasksToPay(state).length, 'task')} left`;
  const guess = ahead === null ? '' : `, about ${dollars(ahead)} more at what the others cost`;
  io.stderr(`\n── The budget of ${dollars(state.budgetUsd ?? 0)} is used up ──\n\n`);
  io.stderr(`${dollars(spent)} spent${estimated}; ${left}${guess}.\n`);
  for (;;) {
    const said = await person.ask('\nNew budget for the whole run in dollars, or Enter to leave it: ', withdrawn);
    if (said === null || said.trim() === '') return null;
    const usd = Number(said.trim().replace(/^\$/, ''));
    if (Number.isFinite(usd) && usd > spent) return usd;
    io.stderr(`Give a number above the ${dollars(spent)} that are spent.\n`);
    if (withdrawn.aborted) return null;
  }
}
