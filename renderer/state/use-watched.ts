import { useEffect } from 'react';
import { call } from '../base/bridge.ts';

/** Requests the streamed text of a task while it is on screen. */
export function useWatched(run: string, task: string): void {
  useEffect(() => {
    void call('run.watch', { run, tasks: [task] });
    return () => void call('run.watch', { run, tasks: [] });
  }, [run, task]);
}
