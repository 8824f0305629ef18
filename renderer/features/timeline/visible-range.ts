import { lastAtMost } from '../../../shared/run/intervals.ts';

interface Timed {
  start: number;
  end: number | null;
}

/**
 * The part of `items` between two times, as indices from `first` up to `end`. `items` are sorted by start and, as far
 * as they have one, by end; only the last may be open.
 */
export function visibleRange(items: readonly Timed[], from: number, to: number): { first: number; end: number } {
  const first = lastAtMost(items, from, (item) => item.end ?? Number.POSITIVE_INFINITY) + 1;
  const end = lastAtMost(items, to, (item) => item.start) + 1;
  return { first, end: Math.max(first, end) };
}
