import { useState } from 'react';
import { type Again, planText, rerunShown } from '../commands/rerun-commands.ts';
import { useStale } from '../store/stale.ts';
import { useUi } from '../store/ui.ts';

const CHOICES = [
  { kind: 'from', label: 'Run from here' },
  { kind: 'only', label: 'Run this task alone' },
] as const;

/** A task once more, with the results of the shown run for the rest; nothing where there is no such run. */
export function RunAgain({ task }: { task: string }) {
  const known = useStale(({ stale }) => stale !== null);
  const busy = useUi((ui) => ui.busy);
  if (!known) return null;
  return (
    <div className="field run-again">
      {CHOICES.map(({ kind, label }) => (
        <Choice key={`${kind} ${task}`} what={{ kind, task }} label={label} disabled={busy !== null} />
      ))}
    </div>
  );
}

/** What it would do and save is worked out when somebody is about to press it: of a large crew that takes a moment. */
function Choice({ what, label, disabled }: { what: Again; label: string; disabled: boolean }) {
  const [plan, setPlan] = useState<string | null>(null);
  const tell = () => setPlan(planText(what));
  return (
    <button
      type="button"
      className="button"
      disabled={disabled}
      title={plan ?? ''}
      onPointerEnter={tell}
      onFocus={tell}
      onClick={() => rerunShown(what)}
    >
      {label}
    </button>
  );
}
