/** Formats figures and dates. The text is the same on every machine, regardless of its language. */

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Formats a number with commas for thousands and `decimals` decimals. Rounds halves away from zero. */
export function formatNumber(value: number, decimals = 0): string {
  const [whole = '0', fraction] = rounded(Math.abs(value), decimals).split('.');
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? digits : `${digits}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Formats a length of time in its two largest units: `5.64 s`, `3 min 05 s`, `1 h 04 min`, `12 d 3 h`.
 * @param decimals of seconds, if there is no larger unit
 */
export function formatDuration(ms: number, decimals = 2): string {
  if (ms < 0) return `-${formatDuration(-ms, decimals)}`.replace(/^-(?=0(?:\.0+)? s$)/, '');
  const seconds = formatNumber(ms / SECOND_MS, decimals);
  if (Number(seconds.replaceAll(',', '')) < 60) return `${seconds} s`;
  const [whole, unit, part, partUnit] = largestUnits(ms);
  const amount = Math.round(ms / part);
  const rest = String(amount % (whole / part)).padStart(whole === DAY_MS ? 1 : 2, '0');
  return `${formatNumber(Math.floor(amount / (whole / part)))} ${unit} ${rest} ${partUnit}`;
}

/** Returns the larger unit and its part for a time of a minute or more, which is rounded to the part. */
function largestUnits(ms: number): readonly [whole: number, unit: string, part: number, partUnit: string] {
  if (Math.round(ms / SECOND_MS) * SECOND_MS < HOUR_MS) return [MINUTE_MS, 'min', SECOND_MS, 's'];
  if (Math.round(ms / MINUTE_MS) * MINUTE_MS < DAY_MS) return [HOUR_MS, 'h', MINUTE_MS, 'min'];
  return [DAY_MS, 'd', HOUR_MS, 'h'];
}

/** Formats milliseconds as seconds with two decimals, regardless of length: `11.42 s`. */
export function formatSeconds(ms: number): string {
  return `${formatNumber(ms / 1000, 2)} s`;
}

/** Formats a share from 0 to 1 as percent with one decimal: `71.4%`. */
export function formatPercent(share: number): string {
  return `${formatNumber(share * 100, 1)}%`;
}

/** Formats US dollars, small amounts with enough decimals to be visible. */
export function formatDollars(usd: number | null): string {
  if (usd === null) return 'unknown';
  return `$${formatNumber(usd, usd === 0 || usd >= 1 ? 2 : 4)}`;
}

/** Formats a cost; `at most $1.50` if cached tokens are contained at the full price. */
export function formatCost({ costUsd, costAtMost }: { costUsd: number | null; costAtMost: boolean }): string {
  return costAtMost && costUsd !== null ? `at most ${formatDollars(costUsd)}` : formatDollars(costUsd);
}

/** Formats bytes as MiB with one decimal. */
export function formatMemory(bytes: number): string {
  return `${formatNumber(bytes / 1_048_576, 1)} MiB`;
}

/** Formats bytes in a suitable unit: `812 B`, `14.2 KiB`, `3.1 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${formatNumber(bytes)} B`;
  return bytes < 1_048_576 ? `${formatNumber(bytes / 1024, 1)} KiB` : formatMemory(bytes);
}

/** `1 task`, `3 tasks`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** A point in time in its time zone. */
export interface Moment {
  /** Milliseconds since 1970 in UTC. */
  wallMs: number;
  utcOffsetMin: number;
}

/** `20261124` */
export function formatDay({ wallMs, utcOffsetMin }: Moment): string {
  const { year, month, day } = calendar(wallMs, utcOffsetMin);
  return `${padded(year, 4)}${padded(month)}${padded(day)}`;
}

/** `November 24, 2026` */
export function formatDate({ wallMs, utcOffsetMin }: Moment): string {
  const { year, month, day } = calendar(wallMs, utcOffsetMin);
  return `${MONTHS[month - 1]} ${day}, ${year}`;
}

/** `2026-11-24 16:03:10` */
export function formatDateTime({ wallMs, utcOffsetMin }: Moment): string {
  const { year, month, day, hour, minute, second } = calendar(wallMs, utcOffsetMin);
  const date = `${padded(year, 4)}-${padded(month)}-${padded(day)}`;
  return `${date} ${padded(hour)}:${padded(minute)}:${padded(second)}`;
}

function calendar(wallMs: number, utcOffsetMin: number) {
  const local = new Date(wallMs + utcOffsetMin * 60_000);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
  };
}

function padded(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

/** Works like `toFixed`, but rounds halves up even if the binary fraction is below the half. */
function rounded(value: number, decimals: number): string {
  const scale = 10 ** decimals;
  return (Math.round((value + Number.EPSILON * value) * scale) / scale).toFixed(decimals);
}
