import type { Interval } from '../../../shared/run/intervals.ts';

/**
 * Returns the slices in time order so that any two of them are disjoint or nested, because viewers drop slices of a
 * thread that overlap in part. A slice that crosses the end of `within`, or of an earlier slice, is cut there, and the
 * longer part stays.
 */
export function nested<Slice extends Interval>(slices: readonly Slice[], within: Interval): Slice[] {
  const sorted = [...slices].sort((a, b) => a.start - b.start || b.end - a.end);
  const open: Interval[] = [within];
  let from = within.start;
  return sorted.map((slice) => {
    let start = Math.min(Math.max(slice.start, from), within.end);
    let end = Math.min(Math.max(slice.end, start), within.end);
    for (let around = innermost(open, start); end > around.end; around = innermost(open, start)) {
      if (around.end - start >= end - around.end) end = around.end;
      else start = around.end;
    }
    from = start;
    const fitted = { ...slice, start, end };
    open.push(fitted);
    return fitted;
  });
}

/** Closes the slices that end by `t`. Returns the innermost open slice. */
function innermost(open: Interval[], t: number): Interval {
  let last = open.at(-1);
  while (last && open.length > 1 && last.end <= t) {
    open.pop();
    last = open.at(-1);
  }
  return last ?? { start: t, end: t };
}
