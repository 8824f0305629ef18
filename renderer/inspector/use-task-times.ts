import { useEffect, useState } from 'react';
import { criticalPath } from '../../shared/run/critical-path.ts';
import {
  type InsideRunning,
  insideRunning,
  leasesByTask,
  stretchesOf,
  type TaskStretch,
  type WaitReason,
} from '../../shared/run/waits.ts';
import { runNow, useRun } from '../store/run.ts';

/** One reason of waiting: how long in all, in milliseconds, and what for, by name where it has one. */
export interface Wait {
  reason: WaitReason;
  ms: number;
  blockers: readonly string[];
}

export interface TaskTimes {
  waits: readonly Wait[];
  /** What lay inside its running time; null where it has none. */
  inside: InsideRunning | null;
  /** Milliseconds that it could have ended later; 0 on the critical path, null before it is known. */
  slackMs: number | null;
}

const EVERY_MS = 500;
const NOTHING: TaskTimes = { waits: [], inside: null, slackMs: null };

/** Where the time of a task in the shown run went; worked out at most twice a second, whatever comes in. */
export function useTaskTimes(name: string): TaskTimes {
  const [times, setTimes] = useState(NOTHING);
  const id = useRun((run) => run.id);
  useEffect(() => {
    setTimes(NOTHING);
    if (id === null) return;
    let seen = -1;
    const refresh = () => {
      const { seq } = useRun.getState();
      if (seq === seen) return;
      seen = seq;
      setTimes(timesOf(name));
    };
    refresh();
    const timer = setInterval(refresh, EVERY_MS);
    return () => clearInterval(timer);
  }, [name, id]);
  return times;
}

function timesOf(name: string): TaskTimes {
  const { project, state } = useRun.getState();
  const task = state?.tasks.get(name);
  if (!project || !state || !task) return NOTHING;
  const now = runNow();
  const stretches = stretchesOf(project, state, now);
  const { tasks, slack } = criticalPath(project, state, now, stretches);
  return {
    waits: waitsIn(stretches.get(name) ?? []),
    inside: insideRunning(task, leasesByTask(state).get(name) ?? [], now),
    slackMs: tasks.includes(name) ? 0 : (slack.get(name) ?? null),
  };
}

/** Waits by reason, in the order in which they came. */
export function waitsIn(stretches: readonly TaskStretch[]): Wait[] {
  const waits = new Map<WaitReason, { ms: number; blockers: Set<string> }>();
  for (const stretch of stretches) {
    if (stretch.kind !== 'waiting') continue;
    const wait = waits.get(stretch.reason) ?? { ms: 0, blockers: new Set() };
    wait.ms += stretch.end - stretch.start;
    if (stretch.blocker !== null) wait.blockers.add(stretch.blocker);
    waits.set(stretch.reason, wait);
  }
  return [...waits].map(([reason, { ms, blockers }]) => ({ reason, ms, blockers: [...blockers] }));
}
