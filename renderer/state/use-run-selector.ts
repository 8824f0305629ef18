import { useEffect, useState } from 'react';
import type { RunState } from '../../shared/run/state.ts';
import { useRun } from './run.ts';

/** To more tasks than these the run is brought so often, not with each of its batches. */
const MANY_TASKS = 200;
const EVERY_MS = 500;

/**
 * A text that says of the shown run what the canvas is made of: it renders again when that is another. Many tasks are
 * looked through twice a second.
 */
export function useOfRun(
  tasks: readonly string[],
  textOf: (tasks: readonly string[], state: RunState | null) => string,
): string {
  const many = tasks.length > MANY_TASKS;
  const [now, setNow] = useState('');
  const live = useRun(({ state }) => (many ? '' : textOf(tasks, state)));
  useEffect(() => {
    if (!many) return;
    let seen: { state: RunState | null; seq: number } | null = null;
    const look = () => {
      const { state, seq } = useRun.getState();
      if (seen?.state === state && seen.seq === seq) return;
      seen = { state, seq };
      setNow(textOf(tasks, state));
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [tasks, many, textOf]);
  return many ? now : live;
}
