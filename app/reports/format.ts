/** How figures and dates are written: the same text on every machine, whatever its language. */

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

/** A number with commas for thousands and `decimals` decimals, halves away from zero. */
export function formatNumber(value: number, decimals = 0): string {
  const [whole = '0', fraction] = rounded(Math.abs(value), decimals).split('.');
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? digits : `${digits}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

/** Milliseconds as seconds with two decimals: `11.42 s`. */
export function formatSeconds(ms: number): string {
  return `${formatNumber(ms / 1000, 2)} s`;
}

/** A share from 0 to 1 as percent with one decimal: `71.4%`. */
export function formatPercent(share: number): string {
  return `${formatNumber(share * 100, 1)}%`;
}

/** US dollars, small amounts with enough decimals to be seen. */
export function formatDollars(usd: number | null): string {
  if (usd === null) return 'unknown';
  return `$${formatNumber(usd, usd === 0 || usd >= 1 ? 2 : 4)}`;
}

/** Bytes as MiB with one decimal. */
export function formatMemory(bytes: number): string {
  return `${formatNumber(bytes / 1_048_576, 1)} MiB`;
}

/** Bytes in the unit that suits them: `812 B`, `14.2 KiB`, `3.1 MiB`. */
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

/** As `toFixed`, which takes halves down where binary fractions lie below them. */
function rounded(value: number, decimals: number): string {
  const scale = 10 ** decimals;
  return (Math.round((value + Number.EPSILON * value) * scale) / scale).toFixed(decimals);
}
