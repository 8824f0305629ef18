import { planText, rerunShown } from '../commands/rerun-commands.ts';
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
        <button
          key={kind}
          type="button"
          className="button"
          disabled={busy !== null}
          title={planText({ kind, task }) ?? ''}
          onClick={() => rerunShown({ kind, task })}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
