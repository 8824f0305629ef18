import { useEffect } from 'react';
import { call } from '../base/bridge.ts';

/** The streamed text of a task is on screen, and is sent as long as it is. */
export function useWatched(run: string, task: string): void {
  useEffect(() => {
    void call('run.watch', { run, tasks: [task] });
    return () => void call('run.watch', { run, tasks: [] });
  }, [run, task]);
}
