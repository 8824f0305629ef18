import type { CriticalPath } from '../../run/critical-path.ts';
import { leasesByTask } from '../../run/inside-running.ts';
import { clip, gaps, type Interval, lengthOf, union } from '../../run/intervals.ts';
import type { LeaseState } from '../../run/resource-state.ts';
import type { RunState } from '../../run/state.ts';
import type { TaskState } from '../../run/task-state.ts';
import type { TurnState } from '../../run/turn-state.ts';
import { isFailed, isLost } from '../failed-turns.ts';
import { keyOfSpending, type Spending, type TurnPiece, turnPieces } from './turn-pieces.ts';

/** The busy time of a run that was spent on one thing: on one model, on one tool, on waits inside turns, and so on. */
export type SpentFigure = Spending & {
  /** Slot time, in ms. The figures of a run add up to its sequential time. */
  ms: number;
  /** `ms` ÷ the sequential time of the run, 0 to 1. */
  share: number;
  /** The part of the critical path, in ms. */
  criticalMs: number;
  /** The longest piece on the critical path, and its task; null if none is on it. */
  longestCritical: ({ task: string } & Interval) | null;
};

/** Returns what the busy time of a run was spent on, the largest part first. */
export function spentFigures(state: RunState, now: number, path: CriticalPath): SpentFigure[] {
  const leases = leasesByTask(state);
  const found = new Map<string, SpentFigure>();
  const critical = criticalIntervals(path);
  for (const task of state.tasks.values()) {
    let open = critical.get(task.name) ?? [];
    // Where turns run at the same time, the one that ends last is the critical one.
    for (const turn of [...task.turns].sort((a, b) => endOf(b, now) - endOf(a, now))) {
      const own = { start: turn.start, end: endOf(turn, now) };
      const onPath = union(clip(open, own));
      for (const piece of piecesOf(task, turn, leases.get(task.name) ?? [], now)) add(found, task.name, piece, onPath);
      open = open.flatMap((interval) => gaps(union([own]), interval));
    }
  }
  const sequentialMs = [...found.values()].reduce((sum, { ms }) => sum + ms, 0);
  return [...found.values()]
    .filter(({ ms }) => ms > 0)
    .map((figure) => ({ ...figure, share: figure.ms / sequentialMs }))
    .sort((a, b) => b.ms - a.ms || (keyOfSpending(a) < keyOfSpending(b) ? -1 : 1));
}

/** The time of a turn that gave no result counts as failed or lost, whatever it did. */
function piecesOf(task: TaskState, turn: TurnState, leases: readonly LeaseState[], now: number): TurnPiece[] {
  const whole = { start: turn.start, end: endOf(turn, now) };
  if (isFailed(turn)) return [{ ...whole, on: { kind: 'failed', name: null } }];
  if (isLost(turn)) return [{ ...whole, on: { kind: 'lost', name: null } }];
  return turnPieces(turn, { leases, questions: task.questions, now });
}

function criticalIntervals({ links }: CriticalPath): Map<string, Interval[]> {
  const byTask = new Map<string, Interval[]>();
  for (const { task, kind, start, end } of links) {
    if (kind !== 'running') continue;
    byTask.set(task, union([...(byTask.get(task) ?? []), { start, end }]));
  }
  return byTask;
}

function add(
  found: Map<string, SpentFigure>,
  task: string,
  { start, end, on }: TurnPiece,
  onPath: readonly Interval[],
): void {
  const key = keyOfSpending(on);
  const figure = found.get(key) ?? { ...on, ms: 0, share: 0, criticalMs: 0, longestCritical: null };
  figure.ms += end - start;
  for (const piece of clip(onPath, { start, end })) {
    const length = lengthOf([piece]);
    figure.criticalMs += length;
    const { longestCritical } = figure;
    if (longestCritical === null || length > lengthOf([longestCritical])) figure.longestCritical = { task, ...piece };
  }
  found.set(key, figure);
}

function endOf({ start, end }: TurnState, now: number): number {
  return Math.max(start, end ?? now);
}
