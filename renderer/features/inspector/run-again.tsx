import { useMemo } from 'react';
import { AgainButton } from '../../state/commands/again-button.tsx';
import type { RerunTarget } from '../../state/commands/rerun-commands.ts';
import { useStale } from '../../state/stale.ts';

/** A task once more, with the results of the shown run for the rest; nothing where there is no such run. */
export function RunAgain({ task }: { task: string }) {
  const known = useStale(({ stale }) => stale !== null);
  const from = useMemo((): RerunTarget => ({ kind: 'from', task }), [task]);
  const only = useMemo((): RerunTarget => ({ kind: 'only', task }), [task]);
  if (!known) return null;
  return (
    <div className="run-again">
      <AgainButton what={from} label="Run from here" />
      <AgainButton what={only} label="Run only this task" />
    </div>
  );
}
