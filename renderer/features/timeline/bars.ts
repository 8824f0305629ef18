import { memoized } from '../../../shared/memoized.ts';
import { isAssignment } from '../../../shared/run/assignment.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import type { TurnState } from '../../../shared/run/turn-state.ts';

export type BarStyle = 'running' | 'completed' | 'degraded' | 'failed' | 'cancelled';
export type MarkStyle = 'cached' | 'reused' | 'skipped' | 'not_chosen' | 'failed' | 'cancelled' | 'degraded';

/** A turn. `end` is null while it runs. */
export interface Bar {
  turn: TurnState;
  task: string;
  label: string;
  start: number;
  end: number | null;
  style: BarStyle;
  critical: boolean;
}

/** The label of a lane or of a task's bar. */
export function laneLabel(key: string): string {
  return isAssignment(key) ? 'assignment' : key;
}

/** The latest bar of each turn. */
const latestOf = memoized((_turn: TurnState): { bar: Bar | null } => ({ bar: null }));

/** The bar of a turn; the same object while it looks the same. `critical`: tasks on the critical path. */
export function barOf(state: RunState, critical: ReadonlySet<string>, turn: TurnState): Bar {
  const style = styleOf(turn, state.tasks.get(turn.task)?.degraded ?? false);
  const isCritical = critical.has(turn.task);
  const latest = latestOf(turn);
  const before = latest.bar;
  if (before?.style === style && before.end === turn.end && before.critical === isCritical) return before;
  const { task, start, end } = turn;
  const bar = { turn, task, label: barLabel(turn), start, end, style, critical: isCritical };
  latest.bar = bar;
  return bar;
}

function barLabel({ task, turn, attempt }: TurnState): string {
  const name = laneLabel(task);
  const named = turn === null ? name : `${name} · ${turn.replace(':', ' ')}`;
  return attempt === 1 ? named : `${named} · attempt ${attempt}`;
}

/** The label of a bar. In the lane of its own task, only the turn or attempt, if there are several. */
export function labelIn(isOwnLane: boolean, { task, label }: Bar): string {
  const name = `${laneLabel(task)} · `;
  return isOwnLane && label.startsWith(name) ? label.slice(name.length) : label;
}

function styleOf(turn: TurnState, degraded: boolean): BarStyle {
  switch (turn.result) {
    case null:
      return 'running';
    case 'ok':
      return degraded ? 'degraded' : 'completed';
    case 'cancelled':
      return 'cancelled';
    case 'error':
    case 'timeout':
    case 'crash':
    case 'lost':
      return 'failed';
    default:
      return turn.result satisfies never;
  }
}

/**
 * How a task without a turn ended; null if there is nothing to mark. A task that ran once for each item of a list has no
 * turns of its own, and its instances have bars.
 */
export function markOf(task: TaskState): MarkStyle | null {
  if (task.endedAt === null || task.turns.length > 0) return null;
  switch (task.status) {
    case 'pending':
      return null;
    case 'completed':
      if (task.degraded) return 'degraded';
      if (task.expansion !== null) return null;
      return task.reusedFrom === null ? 'cached' : 'reused';
    case 'failed':
    case 'skipped':
    case 'not_chosen':
    case 'cancelled':
      return task.status;
    default:
      return task.status satisfies never;
  }
}
