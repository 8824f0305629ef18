import { useMemo } from 'react';
import { RerunButton } from '../../state/commands/rerun-button.tsx';
import type { RerunTarget } from '../../state/commands/rerun-commands.ts';
import { useStale } from '../../state/stale.ts';

/** Buttons that run a task again and reuse the other results of the shown run. Renders nothing without such a run. */
export function RerunButtons({ task }: { task: string }) {
  const known = useStale(({ stale }) => stale !== null);
  const from = useMemo((): RerunTarget => ({ kind: 'from', task }), [task]);
  const only = useMemo((): RerunTarget => ({ kind: 'only', task }), [task]);
  if (!known) return null;
  return (
    <div className="rerun-buttons">
      <RerunButton what={from} label="Run from here" />
      <RerunButton what={only} label="Run only this task" />
    </div>
  );
}
