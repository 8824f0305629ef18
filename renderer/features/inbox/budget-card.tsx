import { useId, useState } from 'react';
import {
  dollars,
  isSpentEstimated,
  remainingCostUsd,
  spentUsd,
  tasksWithCostAhead,
} from '../../../shared/run/budget.ts';
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
  const budget = state.budgetUsd ?? 0;
  const spent = spentUsd(state);
  const ahead = remainingCostUsd(state);
  const [by, setBy] = useState(() => suggestion(budget, spent, ahead));
  const [isInvalid, setInvalid] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const next = budget + by;
  const isEnough = !isInvalid && by > 0 && next > spent;
  const raise = async () => {
    const set = await call('run.budget', { run, budget_usd: next });
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
      <strong>The budget of {dollars(budget)} is used up</strong>
      <p className="muted">Nothing new starts and no model is called until you decide how to continue.</p>
      <dl className="run-facts">
        <Fact name={isSpentEstimated(state) ? 'Spent, partly estimated' : 'Spent'} value={dollars(spent)} />
        <Fact name="Tasks left" value={String(tasksWithCostAhead(state).length)} />
        <Fact
          name="Estimated cost"
          value={ahead === null ? 'unknown' : dollars(ahead)}
          title="The average cost of the completed tasks, for each remaining task"
        />
      </dl>
      {error !== null && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <div className="inbox-actions">
        <label htmlFor={field}>Raise by $</label>
        <InlineNumber
          id={field}
          label="Raise by $"
          value={by}
          rule={{ min: 0, fractions: true }}
          step={0.01}
          validate={(more) => (budget + more > spent ? null : `The budget must be more than ${dollars(spent)}.`)}
          onChange={(more) => more !== undefined && setBy(more)}
          onInvalidChange={setInvalid}
        />
        {isEnough && <span className="muted num">{`to ${dollars(next)}`}</span>}
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

/**
 * A suggestion that covers the remaining tasks or, if unknown, doubles the cost so far. In cents, and always above the
 * amount already spent over the budget.
 */
function suggestion(budget: number, spent: number, ahead: number | null): number {
  const over = Math.max(0, spent - budget);
  return Math.ceil((over + (ahead ?? budget)) * 100) / 100;
}

function Fact({ name, value, title }: { name: string; value: string; title?: string }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd className="num">{value}</dd>
    </div>
  );
}
