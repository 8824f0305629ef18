import { useMemo } from 'react';
import { type InsideRunning, insideRunning } from '../../../shared/run/inside-running.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { WaitReason } from '../../../shared/run/wait-reason.ts';
import type { TaskSegment } from '../../../shared/run/waits.ts';
import { useMeasured, useMeasuring } from '../../state/measured.ts';
import { runNow } from '../../state/run.ts';
import type { RunFiguresState } from '../../state/stores/measured-store.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';

/** The total of one reason for waiting, in milliseconds, with the names of the blockers, if it has any. */
export interface Wait {
  reason: WaitReason;
  ms: number;
  blockers: readonly string[];
}

export interface TaskTimes {
  waits: readonly Wait[];
  /** The parts of its running time in which it did not work itself; null if there are none. */
  inside: InsideRunning | null;
  /**
   * How many milliseconds later it could have ended without delaying the run: 0 on the critical path, null before it is
   * known.
   */
  slackMs: number | null;
}

const NOTHING: TaskTimes = { waits: [], inside: null, slackMs: null };

/** How a task in the displayed run spent its time, from the run's figures. */
export function useTaskTimes(name: string): TaskTimes {
  const win = useWindowState();
  useMeasuring();
  const figures = useMeasured(({ value }) => value);
  return useMemo(() => (figures ? timesOf(win, figures, name) : NOTHING), [figures, name, win]);
}

function timesOf(win: WindowState, { state, segments, critical, figures }: RunFiguresState, name: string): TaskTimes {
  const task = state.tasks.get(name);
  if (!task) return NOTHING;
  return {
    waits: waitsIn(segments.get(name) ?? []),
    inside: insideRunning(task, leasesOf(state, name), runNow(win)),
    slackMs: critical.has(name) ? 0 : (figures.path.slack.get(name) ?? null),
  };
}

function leasesOf({ resources }: RunState, task: string) {
  return [...resources.values()].flatMap(({ leases }) => leases.filter((lease) => lease.task === task));
}

/** Waits by reason, in order of their first occurrence. */
export function waitsIn(segments: readonly TaskSegment[]): Wait[] {
  const waits = new Map<WaitReason, { ms: number; blockers: Set<string> }>();
  for (const segment of segments) {
    if (segment.kind !== 'waiting') continue;
    const wait = waits.get(segment.reason) ?? { ms: 0, blockers: new Set() };
    wait.ms += segment.end - segment.start;
    if (segment.blocker !== null) wait.blockers.add(segment.blocker);
    waits.set(segment.reason, wait);
  }
  return [...waits].map(([reason, { ms, blockers }]) => ({ reason, ms, blockers: [...blockers] }));
}
