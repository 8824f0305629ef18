import { useEffect, useState } from 'react';
import { criticalPath } from '../../shared/run/critical-path.ts';
import { usePrediction } from '../store/prediction.ts';
import { runNow, useRun } from '../store/run.ts';
import { useUi } from '../store/ui.ts';

const EVERY_MS = 500;
const NONE: readonly string[] = [];

/** The tasks to light, in the order of time: of the shown run, else of the predicted schedule; none when that is off. */
export function useLit(): readonly string[] {
  const on = useUi((state) => state.criticalPath);
  const shown = useRun((run) => run.id);
  const predicted = usePrediction((state) => state.criticalPath);
  const actual = useActual(on && shown !== null);
  if (!on) return NONE;
  return shown === null ? predicted : actual;
}

/** Computed at most twice a second, whatever comes in. */
function useActual(on: boolean): readonly string[] {
  const [path, setPath] = useState<readonly string[]>(NONE);
  useEffect(() => {
    if (!on) return setPath(NONE);
    let seen = -1;
    const refresh = () => {
      const { project, state, seq } = useRun.getState();
      if (!project || !state || seq === seen) return;
      seen = seq;
      const next = criticalPath(project, state, runNow()).tasks;
      setPath((before) => (before.join() === next.join() ? before : next));
    };
    refresh();
    const timer = setInterval(refresh, EVERY_MS);
    return () => clearInterval(timer);
  }, [on]);
  return path;
}
