import { useMemo } from 'react';
import { type InsideRunning, insideRunning } from '../../../shared/run/inside-running.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { WaitReason } from '../../../shared/run/wait-reason.ts';
import type { TaskSegment } from '../../../shared/run/waits.ts';
import { type RunFiguresState, useMeasured, useMeasuring } from '../../state/measured.ts';
import { runNow } from '../../state/run.ts';

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

const NOTHING: TaskTimes = { waits: [], inside: null, slackMs: null };

/** Where the time of a task in the drawn run went, as the figures have it. */
export function useTaskTimes(name: string): TaskTimes {
  useMeasuring();
  const figures = useMeasured(({ value }) => value);
  return useMemo(() => (figures ? timesOf(figures, name) : NOTHING), [figures, name]);
}

function timesOf({ state, segments, critical, figures }: RunFiguresState, name: string): TaskTimes {
  const task = state.tasks.get(name);
  if (!task) return NOTHING;
  return {
    waits: waitsIn(segments.get(name) ?? []),
    inside: insideRunning(task, leasesOf(state, name), runNow()),
    slackMs: critical.has(name) ? 0 : (figures.path.slack.get(name) ?? null),
  };
}

function leasesOf({ resources }: RunState, task: string) {
  return [...resources.values()].flatMap(({ leases }) => leases.filter((lease) => lease.task === task));
}

/** Waits by reason, in the order in which they came. */
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
