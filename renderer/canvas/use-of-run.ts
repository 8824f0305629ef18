import { useEffect, useState } from 'react';
import type { Project } from '../../shared/project/schema.ts';
import type { RunState } from '../../shared/run/state.ts';
import { useRun } from '../store/run.ts';

/** To a crew of more tasks the run is brought so often, not with each of its batches. */
const LARGE_TASKS = 200;
const EVERY_MS = 500;

/**
 * A text that says of the shown run what the canvas is made of: it renders again when that is another. Large crews are
 * looked through twice a second.
 */
export function useOfRun(project: Project, textOf: (project: Project, state: RunState | null) => string): string {
  const large = project.tasks.length > LARGE_TASKS;
  const [now, setNow] = useState('');
  const live = useRun(({ state }) => (large ? '' : textOf(project, state)));
  useEffect(() => {
    if (!large) return;
    let seen = -1;
    const look = () => {
      const { state, seq } = useRun.getState();
      if (seq === seen) return;
      seen = seq;
      setNow(textOf(project, state));
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [project, large, textOf]);
  return large ? now : live;
}
