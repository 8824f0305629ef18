import type { Savings } from '../control/virtual/savings.ts';
import { formatDuration, formatNumber } from './format.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Describes a rerun: `Run again 3 of 11, reuse 8; saves about $0.42 and 3 min`. */
export function rerunText(again: number, kept: number, savings: Savings): string {
  if (kept === 0) return `Run again all ${formatNumber(again)}`;
  const what = `Run again ${formatNumber(again)} of ${formatNumber(again + kept)}, reuse ${formatNumber(kept)}`;
  const saved = [...moneyText(savings.costUsd), ...timeText(savings.ms)];
  return saved.length === 0 ? what : `${what}; saves about ${saved.join(' and ')}`;
}

/** Returns nothing if the cost is 0 or unknown. */
function moneyText(usd: number | null): string[] {
  if (usd === null || usd === 0) return [];
  return [usd < 0.01 ? 'less than $0.01' : `$${formatNumber(usd, 2)}`];
}

function timeText(ms: number): string[] {
  if (ms < 10) return [];
  if (ms < MINUTE_MS) return [formatDuration(ms)];
  return [ms < HOUR_MS ? `${formatNumber(ms / MINUTE_MS)} min` : `${formatNumber(ms / HOUR_MS, 1)} h`];
}
