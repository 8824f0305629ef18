import { useEffect, useState } from 'react';
import type { RunState } from '../../shared/run/state.ts';
import { useRun } from './run.ts';
import { useWindowState } from './window-state.ts';

/** Above this number of tasks, the canvas reads the run at this interval, not after every update. */
const MANY_TASKS = 200;
const INTERVAL_MS = 500;

/**
 * A string that describes the part of the shown run that the canvas draws. The component renders again if the string
 * changes. For a large crew it is computed twice per second.
 */
export function useRunSelector(
  tasks: readonly string[],
  textOf: (tasks: readonly string[], state: RunState | null) => string,
): string {
  const win = useWindowState();
  const many = tasks.length > MANY_TASKS;
  const [now, setNow] = useState('');
  const live = useRun(({ state }) => (many ? '' : textOf(tasks, state)));
  useEffect(() => {
    if (!many) return;
    let seen: { state: RunState | null; seq: number } | null = null;
    const read = () => {
      const { state, seq } = win.run.getState();
      if (seen?.state === state && seen.seq === seq) return;
      seen = { state, seq };
      setNow(textOf(tasks, state));
    };
    read();
    const timer = setInterval(read, INTERVAL_MS);
    return () => clearInterval(timer);
  }, [tasks, many, textOf, win]);
  return many ? now : live;
}
