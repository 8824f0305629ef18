import { lastAtMost } from '../../../shared/run/intervals.ts';

interface Timed {
  start: number;
  end: number | null;
}

/**
 * The part of `items` that lies between two times, as indices from `first` up to `end`. `items` ascend by start and, as
 * far as they have one, by end; only the last may run on.
 */
export function visibleRange(items: readonly Timed[], from: number, to: number): { first: number; end: number } {
  const first = lastAtMost(items, from, (item) => item.end ?? Number.POSITIVE_INFINITY) + 1;
  const end = lastAtMost(items, to, (item) => item.start) + 1;
  return { first, end: Math.max(first, end) };
}
