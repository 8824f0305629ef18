/** A length of time for people: `0 s`, `840 ms`, `3.4 s`, `2 min 05 s`, `1 h 04 min`. */
export function duration(ms: number): string {
  if (ms < 0.5) return '0 s';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** As `duration`, never in milliseconds: for a figure that counts up on the screen. */
export function runningDuration(ms: number): string {
  return ms < 1000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms);
}

/** US dollars; what is unknown says so. */
export function cost(usd: number | null): string {
  if (usd === null) return 'cost unknown';
  return usd > 0 && usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}
