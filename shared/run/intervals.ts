/** An interval in whole milliseconds, from `start` up to, not including, `end`. */
export interface Interval {
  start: number;
  end: number;
}

/** Returns the same time as sorted intervals that neither overlap nor touch, without empty ones. */
export function union(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  const joined: Interval[] = [];
  for (const { start, end } of sorted) {
    const last = joined.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

/**
 * Returns the parts of `within` inside `sorted`, which must be a result of `union`. Costs O(log n) plus the size of the
 * result.
 */
export function clip(sorted: readonly Interval[], within: Interval): Interval[] {
  const found: Interval[] = [];
  for (let at = firstEndingAfter(sorted, within.start); at < sorted.length; at += 1) {
    const next = sorted[at];
    if (!next || next.start >= within.end) break;
    found.push({ start: Math.max(next.start, within.start), end: Math.min(next.end, within.end) });
  }
  return found;
}

/** Returns the parts of `within` outside `sorted`, which must be a result of `union`. */
export function gaps(sorted: readonly Interval[], within: Interval): Interval[] {
  const found: Interval[] = [];
  let from = within.start;
  for (const { start, end } of clip(sorted, within)) {
    if (start > from) found.push({ start: from, end: start });
    from = end;
  }
  if (within.end > from) found.push({ start: from, end: within.end });
  return found;
}

/** Returns the sum of the lengths of intervals. */
export function lengthOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { start, end }) => sum + end - start, 0);
}

/**
 * Returns the index of the last item whose `value` is at most `limit`, or -1. `sorted` must be in ascending order of
 * it.
 */
export function lastAtMost<T>(sorted: readonly T[], limit: number, value: (item: T) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && value(item) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function firstEndingAfter(sorted: readonly Interval[], t: number): number {
  return lastAtMost(sorted, t, (interval) => interval.end) + 1;
}
