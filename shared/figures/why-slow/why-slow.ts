import type { CriticalLink, CriticalPath } from '../../run/critical-path.ts';
import type { Interval } from '../../run/intervals.ts';
import type { WaitReason } from '../../run/wait-reason.ts';
import type { PredictionFigures, TaskPrediction } from '../prediction.ts';
import type { SpentFigure } from '../spent/spent.ts';
import type { Spending } from '../spent/turn-pieces.ts';
import type { TimeFigures } from '../time.ts';
import type { Bottleneck, Bottlenecks } from '../what-if.ts';

/** An activity or a wait that took time on the critical path. */
export type SlowCause = { kind: 'spent'; on: Spending } | { kind: 'waited'; reason: WaitReason };

/** A reason why a run took as long as it did. `during`: the part of the run in which it shows, if there is one. */
export type SlowReason =
  /** `ms`: the time of the cause on the critical path. `task`: where it took longest, in `during`. */
  | { kind: 'cause'; cause: SlowCause; ms: number; task: string; during: Interval }
  | { kind: 'saving'; bottleneck: Bottleneck; during: Interval | null }
  /** The dependencies set the makespan. `ms`: the longest path. */
  | { kind: 'dependencies'; ms: number; during: null }
  /** A task on the critical path took longer than the median of its earlier runs. */
  | { kind: 'slower'; task: string; ms: number; usualMs: number; during: Interval | null };

export interface SlowInput {
  path: CriticalPath;
  spent: readonly SpentFigure[];
  time: Pick<TimeFigures, 'makespanMs' | 'lowerBound'>;
  /** Null while the run is in progress. */
  simulated: { bottlenecks: Bottlenecks; prediction: Pick<PredictionFigures, 'tasks'> } | null;
}

/** A task is slower than usual if it adds at least this share to its usual time, and this share of the makespan. */
const SLOWER_BY = 0.25;
const WORTHWHILE_SHARE = 0.03;

/**
 * Returns up to three reasons, from figures alone: what took most of the critical path, which change would save most,
 * and which task was slower than in earlier runs. Empty if nothing ran.
 */
export function whySlow({ path, spent, time, simulated }: SlowInput): SlowReason[] {
  const { makespanMs, lowerBound } = time;
  if (makespanMs === 0) return [];
  const cause = largestCause(path, spent);
  const saving = simulated === null ? null : savingOf(simulated.bottlenecks, path, lowerBound.path_ms);
  const slower = simulated === null ? null : slowerTask(simulated.prediction.tasks, path, makespanMs);
  return [cause, saving, slower].flatMap((reason) => reason ?? []);
}

function largestCause({ links }: CriticalPath, spent: readonly SpentFigure[]): SlowReason | null {
  const spentCauses = spent.flatMap(({ kind, name, criticalMs, longestCritical }): SlowReason[] => {
    if (kind === 'slot' || longestCritical === null) return [];
    const { task, start, end } = longestCritical;
    // The pair comes from one spending.
    const on = { kind, name } as Spending;
    return [{ kind: 'cause', cause: { kind: 'spent', on }, ms: criticalMs, task, during: { start, end } }];
  });
  return [...spentCauses, ...waitCauses(links)].reduce<SlowReason | null>(
    (largest, cause) => (largest === null || msOf(cause) > msOf(largest) ? cause : largest),
    null,
  );
}

function msOf(reason: SlowReason): number {
  return reason.kind === 'cause' ? reason.ms : 0;
}

/** Pauses are not part of the makespan. */
function waitCauses(links: readonly CriticalLink[]): SlowReason[] {
  const byReason = new Map<WaitReason, CriticalLink[]>();
  for (const link of links) {
    if (link.reason === null || link.share === null) continue;
    byReason.set(link.reason, [...(byReason.get(link.reason) ?? []), link]);
  }
  return [...byReason].flatMap(([reason, group]): SlowReason[] => {
    const longest = group.reduce((most, link) => (lengthOf(link) > lengthOf(most) ? link : most));
    const ms = group.reduce((sum, link) => sum + lengthOf(link), 0);
    const { task, start, end } = longest;
    return [{ kind: 'cause', cause: { kind: 'waited', reason }, ms, task, during: { start, end } }];
  });
}

function lengthOf({ start, end }: Interval): number {
  return end - start;
}

function savingOf(
  { ranked, isComparable, isLimitedByDependencies, makespanMs }: Bottlenecks,
  path: CriticalPath,
  pathMs: number,
): SlowReason | null {
  if (!isComparable) return null;
  const [best] = ranked;
  if (best && best.savesMs >= makespanMs * WORTHWHILE_SHARE) {
    const during = best.kind === 'task' && best.subject !== null ? runningOf(path, best.subject) : null;
    return { kind: 'saving', bottleneck: best, during };
  }
  return isLimitedByDependencies ? { kind: 'dependencies', ms: pathMs, during: null } : null;
}

function slowerTask(tasks: readonly TaskPrediction[], path: CriticalPath, makespanMs: number): SlowReason | null {
  const onPath = new Set(path.tasks);
  const slower = tasks.flatMap(({ task, estimateFrom, estimateMs, busyMs }) => {
    if (estimateFrom !== 'history' || estimateMs === null || !onPath.has(task)) return [];
    const moreMs = busyMs - estimateMs;
    const isSlower = moreMs >= estimateMs * SLOWER_BY && moreMs >= makespanMs * WORTHWHILE_SHARE;
    return isSlower ? [{ task, ms: busyMs, usualMs: estimateMs }] : [];
  });
  const [most] = slower.sort((a, b) => b.ms - b.usualMs - (a.ms - a.usualMs));
  return most === undefined ? null : { kind: 'slower', ...most, during: runningOf(path, most.task) };
}

/** The part of the critical path in which a task runs; null if it does not. */
function runningOf({ links }: CriticalPath, task: string): Interval | null {
  const own = links.filter((link) => link.task === task && link.kind === 'running');
  const [first] = own;
  const last = own.at(-1);
  return first && last ? { start: first.start, end: last.end } : null;
}
