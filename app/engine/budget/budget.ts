import { dollars, isOverBudget, spentUsd } from '../../../shared/run/budget.ts';
import type { BatchResources } from '../batch/share.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { CommandResult } from '../request.ts';

export interface BudgetDeps {
  recorder: Recorder;
  /** Absent: a run of its own, which alone spends its budget. */
  share: BatchResources | undefined;
  /** The budget is used up: turns that would ask a model give up. */
  usedUp: () => void;
}

/** What the run may cost. Calls in flight when it is used up are paid for anyway, so they are let finish. */
export class Budget {
  readonly #deps: BudgetDeps;
  #spent: number;

  constructor(deps: BudgetDeps) {
    this.#deps = deps;
    this.#spent = spentUsd(deps.recorder.state);
  }

  /** A call cost this. */
  spend(usd: number): void {
    this.#spent += usd;
    this.#deps.share?.spend(usd);
    this.allows();
  }

  /** Whether a model may be asked now; says in the journal when that comes to an end. */
  allows(): boolean {
    const { recorder, usedUp } = this.#deps;
    if (isOverBudget(recorder.state)) return false;
    const { budgetUsd } = recorder.state;
    const spent = this.#total();
    if (budgetUsd === null || spent < budgetUsd) return true;
    recorder.emit({ type: 'budget.reached', spent_usd: spent, budget_usd: budgetUsd });
    usedUp();
    return false;
  }

  /** Lets the run cost so much in all. */
  set(usd: number): CommandResult {
    const spent = this.#total();
    if (!(usd > spent)) return { ok: false, message: tooLittle(usd, spent) };
    this.#deps.recorder.emit({ type: 'budget.set', budget_usd: usd, spent_usd: spent });
    return { ok: true };
  }

  /** Rows of a batch have one budget together. */
  #total(): number {
    return this.#deps.share?.spend(0) ?? this.#spent;
  }
}

/** Why a budget is refused. */
export function tooLittle(usd: number, spent: number): string {
  return `A budget of ${dollars(usd)} is no more than the ${dollars(spent)} that the run has cost already. Give more than that.`;
}
