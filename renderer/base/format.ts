import { formatDuration } from '../../shared/figures/format.ts';

/** Formats a duration in milliseconds: `0 s`, `840 ms`, `3.4 s`, `2 min 05 s`, `1 h 04 min`, `12 d 3 h`. */
export function duration(ms: number): string {
  if (ms < 0.5) return '0 s';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return formatDuration(ms, 1);
}

/** Like `duration`, but at least in seconds: for values that increase on the screen. */
export function runningDuration(ms: number): string {
  return formatDuration(ms, 1);
}

/** Formats US dollars, with a mark for an unknown cost and for an upper limit. */
export function cost(usd: number | null, isAtMost = false): string {
  if (usd === null) return 'cost unknown';
  const amount = usd > 0 && usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
  return isAtMost ? `at most ${amount}` : amount;
}
