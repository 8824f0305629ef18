import { type Interval, lastAtMost } from './intervals.ts';
import type { TurnState } from './turn-state.ts';

/**
 * The number of turns that a wait names. If a task waits for more turns, only the last ones are named, because naming
 * all takes quadratic time.
 */
const MOST_NAMED = 4;

/**
 * A piece of a wait, with the task that used what the waiting task needed; null if no task used it, or the task is not
 * named.
 */
export interface WaitPiece extends Interval {
  task: string | null;
}

/** An interval in which a task used something that only one task at a time can use. */
export interface Holder extends Interval {
  task: string;
}

/** Returns the turns that have ended, by slot, in time order. */
export function turnsBySlot(turns: readonly TurnState[]): Map<number, Holder[]> {
  const bySlot = new Map<number, Holder[]>();
  for (const { slot, task, start, end } of turns) {
    if (end === null) continue;
    const known = bySlot.get(slot);
    if (known) known.push({ task, start, end });
    else bySlot.set(slot, [{ task, start, end }]);
  }
  return bySlot;
}

/**
 * Cuts a wait at each change of the holder. `holders` must be in time order without overlap. The task `self` does not
 * block itself.
 */
export function cutByHolder(wait: Interval, holders: readonly Holder[], self: string): WaitPiece[] {
  const pieces: WaitPiece[] = [];
  let until = wait.end;
  for (let at = lastAtMost(holders, wait.end, ({ start }) => start); at >= 0 && until > wait.start; at -= 1) {
    const holder = holders[at];
    if (!holder || holder.end <= wait.start || pieces.length >= MOST_NAMED) break;
    const piece = { start: Math.max(holder.start, wait.start), end: Math.min(holder.end, until) };
    if (piece.end <= piece.start) continue;
    if (piece.end < until) pieces.push({ start: piece.end, end: until, task: null });
    pieces.push({ ...piece, task: holder.task === self ? null : holder.task });
    until = piece.start;
  }
  if (until > wait.start) pieces.push({ start: wait.start, end: until, task: null });
  return pieces.reverse();
}
