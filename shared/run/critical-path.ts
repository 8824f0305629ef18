import { contextOf } from '../crew/context.ts';
import type { Crew } from '../crew/schema.ts';
import { apportion } from './apportion.ts';
import { assignmentFor, assignmentsOf, isAssignment } from './assignment.ts';
import { gaps, lengthOf } from './intervals.ts';
import { type RunSpan, runSpan } from './makespan.ts';
import type { RunState } from './state.ts';
import type { TaskState } from './task-state.ts';
import type { WaitReason } from './wait-reason.ts';
import { runningMs, segmentsOf, type TaskSegment } from './waits.ts';

/**
 * A piece of the chain that ends last: a task that runs, that waits without another task as the cause, or whose end is
 * recorded.
 */
export interface CriticalLink {
  task: string;
  start: number;
  end: number;
  kind: TaskSegment['kind'];
  /** Null unless it waits. */
  reason: WaitReason | null;
  blocker: string | null;
  /**
   * Of the makespan, 0 to 1; null for a link inside a pause, which is not part of the makespan. The shares of a path
   * add up to 1.
   */
  share: number | null;
  /** `share` in whole thousandths, rounded so that the thousandths of a path add up to 1,000 as well. */
  shownThousandths: number | null;
}

export interface CriticalPath {
  /** In the order of time, without a gap from 0 to the last end. */
  links: CriticalLink[];
  /** The tasks that run on it, in the order of time. */
  tasks: string[];
  /**
   * For each task that is not on the path: how many milliseconds later it could have ended without delaying the last
   * end, judged by dependencies and lengths alone.
   */
  slack: Map<string, number>;
}

/**
 * Returns the chain of tasks and waits that ends last, from the last end back (from `now` while the run is in
 * progress).
 */
export function criticalPath(
  state: RunState,
  now: number,
  segments: ReadonlyMap<string, readonly TaskSegment[]> = segmentsOf(state, now),
): CriticalPath {
  const span = runSpan(state, now);
  const links = withShares(walkBack(state, now, segments), span);
  const tasks = [...new Set(links.filter((link) => link.kind === 'running').map((link) => link.task))];
  return { links, tasks, slack: slackOf(state, span.endMs, segments, new Set(tasks)) };
}

type Link = Omit<CriticalLink, 'share' | 'shownThousandths'>;

function withShares(links: readonly Link[], { makespanMs, paused }: RunSpan): CriticalLink[] {
  const counted = links.map(({ start, end }) => lengthOf(gaps(paused, { start, end })));
  const thousandths = apportion(counted, 1000);
  return links.map((link, at) => {
    const ms = counted[at] ?? 0;
    const isPause = ms === 0 && link.end > link.start;
    if (isPause) return { ...link, share: null, shownThousandths: null };
    return { ...link, share: makespanMs === 0 ? 0 : ms / makespanMs, shownThousandths: thousandths[at] ?? 0 };
  });
}

function walkBack(state: RunState, now: number, segments: ReadonlyMap<string, readonly TaskSegment[]>): Link[] {
  const last = lastTask(state);
  const links: Link[] = [];
  const seen = new Set<string>();
  let task: string | null = last?.name ?? null;
  let t = last?.endedAt ?? now;
  while (task !== null && t > 0) {
    const segment: TaskSegment | undefined = segments.get(task)?.findLast((piece) => piece.start < t);
    if (!segment) break;
    const key = `${task} ${t}`;
    const blamed: string | null = segment.kind === 'waiting' && !seen.has(key) ? segment.after : null;
    const before: number | null = blamed === null ? null : lastEndOf(segments.get(blamed), segment, t);
    seen.add(key);
    if (blamed !== null && before !== null && before > segment.start) {
      if (before < t) links.unshift(linkOf(task, segment, before, t));
      task = blamed;
      t = before;
    } else {
      links.unshift(linkOf(task, segment, segment.start, Math.min(segment.end, t)));
      t = segment.start;
    }
  }
  return links;
}

/**
 * Returns the time, at most `t`, at which the blamed task ended a wait: the end of the task if the wait was for the
 * task, or the end of its turn if the wait was for something that the turn used.
 */
function lastEndOf(pieces: readonly TaskSegment[] | undefined, wait: TaskSegment, t: number): number | null {
  const isItsEnd = wait.kind === 'waiting' && (wait.reason === 'context' || wait.reason === 'assignment');
  const ran = isItsEnd ? undefined : pieces?.findLast((piece) => piece.kind === 'running' && piece.start < t);
  if (ran) return Math.min(ran.end, t);
  const end = pieces?.at(-1)?.end;
  return end === undefined ? null : Math.min(end, t);
}

function linkOf(task: string, segment: TaskSegment, start: number, end: number): Link {
  if (segment.kind !== 'waiting') return { task, start, end, kind: segment.kind, reason: null, blocker: null };
  return { task, start, end, kind: 'waiting', reason: segment.reason, blocker: segment.blocker };
}

/** Returns the task that ended last; while the run is in progress, the running task that started first. */
function lastTask(state: RunState): TaskState | undefined {
  const tasks = [...state.tasks.values()].filter((task) => !isAssignment(task.name));
  const open = tasks.filter((task) => task.endedAt === null);
  if (open.length > 0) {
    const started = open.filter((task) => task.turns.length > 0);
    return firstBy(started, (task) => task.turns[0]?.start ?? 0) ?? open[0];
  }
  return firstBy(tasks, (task) => -(task.endSeq ?? 0));
}

function firstBy<T>(items: readonly T[], value: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best === undefined || value(item) < value(best) ? item : best),
    undefined,
  );
}

function slackOf(
  state: RunState,
  end: number,
  segments: ReadonlyMap<string, readonly TaskSegment[]>,
  onPath: ReadonlySet<string>,
): Map<string, number> {
  const { crew } = state;
  const dependents = dependentsOf(crew);
  const latest = new Map<string, number>();
  const latestEnd = (name: string): number => latest.get(name) ?? end;
  for (const name of fromLastToFirst(crew)) {
    const limit = (dependents.get(name) ?? []).reduce(
      (least, other) => Math.min(least, latestEnd(other) - runningMs(segments.get(other) ?? [])),
      end,
    );
    latest.set(name, limit);
  }
  const slack = new Map<string, number>();
  for (const task of state.tasks.values()) {
    if (task.endedAt === null || onPath.has(task.name) || task.turns.length === 0) continue;
    slack.set(task.name, Math.max(0, latestEnd(task.name) - task.endedAt));
  }
  return slack;
}

function dependentsOf(crew: Crew): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  const add = (before: string, after: string): void => {
    const known = dependents.get(before);
    if (known) known.push(after);
    else dependents.set(before, [after]);
  };
  for (const task of crew.tasks) {
    for (const before of contextOf(task)) add(before, task.name);
    const assignment = assignmentFor(crew, task);
    if (assignment !== null) add(assignment, task.name);
  }
  return dependents;
}

/** Returns all names, each before its dependencies. */
function fromLastToFirst(crew: Crew): string[] {
  const byName = new Map(crew.tasks.map((task) => [task.name, task]));
  const order: string[] = [];
  const seen = new Set<string>();
  const waiting: { name: string; entered: boolean }[] = crew.tasks.map(({ name }) => ({ name, entered: false }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.entered) {
      order.push(next.name);
      continue;
    }
    if (seen.has(next.name)) continue;
    seen.add(next.name);
    waiting.push({ name: next.name, entered: true });
    const task = byName.get(next.name);
    for (const before of task ? contextOf(task) : []) {
      if (byName.has(before) && !seen.has(before)) waiting.push({ name: before, entered: false });
    }
  }
  return [...assignmentsOf(crew).map(({ name }) => name), ...order].reverse();
}
