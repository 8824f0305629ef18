import { useId, useState } from 'react';
import {
  isSpentEstimated,
  remainingCostUsd,
  spentTokens,
  spentUsd,
  tasksWithCostAhead,
} from '../../../shared/run/budget.ts';
import { dollars, tokens } from '../../../shared/run/budget-text.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { call } from '../../base/bridge.ts';
import { InlineNumber } from '../../base/fields/number-field.tsx';
import { stopShown } from '../../state/commands/run-commands.ts';
import { toast } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

/** Asks for a larger budget. Shows what was spent, what remains to be done, and its estimated cost. */
export function BudgetCard({ run, state }: { run: string; state: RunState }) {
  const win = useWindowState();
  const field = useId();
  const used = usedUp(state);
  const { budget, spent, ahead, text, raiseBy } = used;
  const [by, setBy] = useState(() => suggestion(used));
  const [isInvalid, setInvalid] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const next = budget + by;
  const isEnough = !isInvalid && by > 0 && next > spent;
  const raise = async () => {
    const set = await call('run.budget', { run, ...used.change(next) });
    if (set.status === 'failed') setError(set.message);
  };
  const leave = async () => {
    const left = await call('run.interrupt', { run });
    if (left.status === 'failed') toast(win, 'error', left.message);
  };
  return (
    <form
      className="budget-card"
      aria-label="Budget"
      onSubmit={(event) => {
        event.preventDefault();
        if (isEnough) void raise();
      }}
    >
      <strong>The budget of {text(budget)} is used up</strong>
      <p className="muted">Nothing new starts and no model is called until you decide how to continue.</p>
      <dl className="run-facts">
        <Fact name={isSpentEstimated(state) ? 'Spent, partly estimated' : 'Spent'} value={text(spent)} />
        <Fact name="Tasks left" value={String(tasksWithCostAhead(state).length)} />
        <Fact
          name={used.aheadName}
          value={ahead === null ? 'unknown' : text(ahead)}
          title="The average of the completed tasks, for each remaining task"
        />
      </dl>
      {error !== null && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <div className="inbox-actions">
        <label htmlFor={field}>{raiseBy}</label>
        <InlineNumber
          id={field}
          label={raiseBy}
          value={by}
          rule={used.rule}
          step={used.step}
          validate={(more) => (budget + more > spent ? null : `The budget must be more than ${text(spent)}.`)}
          onChange={(more) => more !== undefined && setBy(more)}
          onInvalidChange={setInvalid}
        />
        {isEnough && <span className="muted num">{`to ${text(next)}`}</span>}
      </div>
      <div className="inbox-actions">
        <button type="submit" className="button primary" disabled={!isEnough}>
          Raise budget
        </button>
        <button type="button" className="button" onClick={() => void leave()}>
          Interrupt run
        </button>
        <button type="button" className="button" onClick={() => void stopShown(win)}>
          Stop the run
        </button>
      </div>
    </form>
  );
}

/** The budget that is used up: in US dollars or in tokens. */
interface UsedUp {
  budget: number;
  spent: number;
  /** The estimate for the remaining tasks; null if unknown. */
  ahead: number | null;
  aheadName: string;
  raiseBy: string;
  rule: { min: number; fractions?: boolean };
  step: number;
  text(amount: number): string;
  change(total: number): { budget_usd: number } | { budget_tokens: number };
}

function usedUp(state: RunState): UsedUp {
  const used = state.overBudget.at(-1)?.tokens ?? null;
  if (used !== null) {
    const spent = spentTokens(state);
    const left = tasksWithCostAhead(state).length;
    const done = [...state.tasks.values()].filter(
      (task) => task.status === 'completed' && task.turns.length > 0,
    ).length;
    return {
      budget: used.budget,
      spent,
      ahead: done === 0 ? null : Math.ceil((spent / done) * left),
      aheadName: 'Estimated tokens',
      raiseBy: 'Raise by tokens',
      rule: { min: 0 },
      step: 1000,
      text: tokens,
      change: (budget_tokens) => ({ budget_tokens }),
    };
  }
  return {
    budget: state.budgetUsd ?? 0,
    spent: spentUsd(state),
    ahead: remainingCostUsd(state),
    aheadName: 'Estimated cost',
    raiseBy: 'Raise by $',
    rule: { min: 0, fractions: true },
    step: 0.01,
    text: dollars,
    change: (budget_usd) => ({ budget_usd }),
  };
}

/**
 * A suggestion that covers the remaining tasks or, if unknown, doubles the budget. In cents or whole tokens, and always
 * above the amount already spent over the budget.
 */
function suggestion({ budget, spent, ahead, rule }: UsedUp): number {
  const by = Math.max(0, spent - budget) + (ahead ?? budget);
  return rule.fractions ? Math.ceil(by * 100) / 100 : Math.ceil(by) + 1;
}

function Fact({ name, value, title }: { name: string; value: string; title?: string }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd className="num">{value}</dd>
    </div>
  );
}
