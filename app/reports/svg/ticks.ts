const STEPS_MS = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
  1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000,
];
const DAY_MS = 86_400_000;
const MOST_TICKS = 14;

/** Returns the smallest round step in milliseconds that gives at most `MOST_TICKS` ticks. */
export function tickStep(lengthMs: number): number {
  const step = STEPS_MS.find((candidate) => lengthMs / candidate <= MOST_TICKS);
  return step ?? Math.ceil(lengthMs / MOST_TICKS / DAY_MS) * DAY_MS;
}

/** Formats a time on the axis, no finer than its step: `0.5 s`, `12 s`, `3:20`, `1:05:00`, `2 d 6:00`, `3 d`. */
export function tickLabel(ms: number, step: number): string {
  if (step < 1000) return `${(ms / 1000).toFixed(step < 100 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60 || step < 15_000) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  if (minutes < 60) return `${minutes}:${rest}`;
  const hours = Math.floor(minutes / 60);
  const part = String(minutes % 60).padStart(2, '0');
  if (ms < DAY_MS) return `${hours}:${part}:${rest}`;
  const days = `${Math.floor(hours / 24)} d`;
  return step % DAY_MS === 0 ? days : `${days} ${hours % 24}:${part}`;
}
