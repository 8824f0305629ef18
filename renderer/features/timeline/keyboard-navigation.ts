import { lastAtMost } from '../../../shared/run/intervals.ts';
import type { Bar } from './bars.ts';
import type { Track } from './layout.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The position of a bar: its track and its index in the track. */
export interface BarPosition {
  row: number;
  at: number;
}

/** The bar at a position; null if there is none. */
export function barAt(rows: readonly Track[], place: BarPosition | null): Bar | null {
  return place === null ? null : (rows[place.row]?.bars[place.at] ?? null);
}

/** The bar that a key moves to; without a current bar, the first one. Null if there is none in that direction. */
export function walk(rows: readonly Track[], from: BarPosition | null, direction: Direction): BarPosition | null {
  const bar = barAt(rows, from);
  if (from === null || bar === null) return firstPosition(rows);
  switch (direction) {
    case 'left':
      return from.at > 0 ? { row: from.row, at: from.at - 1 } : null;
    case 'right':
      return from.at + 1 < (rows[from.row]?.bars.length ?? 0) ? { row: from.row, at: from.at + 1 } : null;
    case 'up':
      return nextRow(rows, from.row, -1, bar.start);
    case 'down':
      return nextRow(rows, from.row, 1, bar.start);
    default:
      return direction satisfies never;
  }
}

/** All bars by start, the order of the keys `.` and `,`. */
export function step(rows: readonly Track[], from: BarPosition | null, by: 1 | -1): BarPosition | null {
  const bar = barAt(rows, from);
  if (bar === null) return firstPosition(rows);
  let best: BarPosition | null = null;
  let bestSeq = by === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  rows.forEach((row, index) => {
    row.bars.forEach(({ turn }, at) => {
      const isNearer =
        by === 1 ? turn.seq > bar.turn.seq && turn.seq < bestSeq : turn.seq < bar.turn.seq && turn.seq > bestSeq;
      if (!isNearer) return;
      best = { row: index, at };
      bestSeq = turn.seq;
    });
  });
  return best;
}

function firstPosition(rows: readonly Track[]): BarPosition | null {
  const row = rows.findIndex(({ bars }) => bars.length > 0);
  return row === -1 ? null : { row, at: 0 };
}

function nextRow(rows: readonly Track[], from: number, by: 1 | -1, t: number): BarPosition | null {
  for (let row = from + by; row >= 0 && row < rows.length; row += by) {
    const bars = rows[row]?.bars ?? [];
    if (bars.length > 0)
      return {
        row,
        at: Math.max(
          0,
          lastAtMost(bars, t, (bar) => bar.start),
        ),
      };
  }
  return null;
}
