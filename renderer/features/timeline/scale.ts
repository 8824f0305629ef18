/**
 * The mapping from run time to pixels: `from` (milliseconds) is at pixel 0, with a number of milliseconds per pixel.
 */
export interface Scale {
  from: number;
  msPerPx: number;
}

export interface Tick {
  t: number;
  label: string;
}

/** The zoom limits: a pixel is at least a hundredth of a millisecond and at most an hour. */
const MIN_MS_PER_PX = 0.01;
const MAX_MS_PER_PX = 3_600_000;
/** The minimum distance between two ticks, in pixels. */
const TICK_GAP = 72;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10, 30].map((days) => days * DAY),
];

/** The pixel of a run time. */
export function xOf(scale: Scale, t: number): number {
  return (t - scale.from) / scale.msPerPx;
}

/** The run time at a pixel. */
export function timeAt(scale: Scale, x: number): number {
  return scale.from + x * scale.msPerPx;
}

/** Zooms in (`factor` above 1) or out. The time at pixel `x` stays there. */
export function zoomAt(scale: Scale, x: number, factor: number): Scale {
  const msPerPx = Math.min(MAX_MS_PER_PX, Math.max(MIN_MS_PER_PX, scale.msPerPx / factor));
  return { from: timeAt(scale, x) - x * msPerPx, msPerPx };
}

/** Pans so that the time at pixel `dx` moves to 0. */
export function panBy(scale: Scale, dx: number): Scale {
  return { ...scale, from: scale.from + dx * scale.msPerPx };
}

/** The scale at which `from` to `to` fill `width` pixels. */
export function scaleFor(from: number, to: number, width: number): Scale {
  const msPerPx = Math.min(MAX_MS_PER_PX, Math.max(MIN_MS_PER_PX, (to - from) / Math.max(1, width)));
  return { from, msPerPx };
}

/** The ticks of the ruler within `width` pixels, none before the start of the run. */
export function ticks(scale: Scale, width: number): Tick[] {
  const least = scale.msPerPx * TICK_GAP;
  const step = STEPS.find((candidate) => candidate >= least) ?? 30 * DAY;
  const first = Math.max(0, Math.ceil(scale.from / step));
  const last = Math.floor(timeAt(scale, width) / step);
  const found: Tick[] = [];
  for (let at = first; at <= last; at += 1) found.push({ t: at * step, label: tickLabel(at * step, step) });
  return found;
}

/** A time on the ruler, no finer than its step: `250 ms`, `4 s`, `1.5 s`, `2:30`, `1:05:00`. */
export function tickLabel(t: number, step: number): string {
  if (t === 0) return '0 s';
  if (step < 1) return `${t.toFixed(1)} ms`;
  if (t < MINUTE) {
    if (step < SECOND && t < SECOND && t > 0) return `${t} ms`;
    const digits = step >= SECOND ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
    return `${(t / SECOND).toFixed(digits)} s`;
  }
  const seconds = step >= SECOND ? String(Math.floor((t % MINUTE) / SECOND)) : ((t % MINUTE) / SECOND).toFixed(1);
  const [whole = '0', fraction] = seconds.split('.');
  const tail = `${whole.padStart(2, '0')}${fraction === undefined ? '' : `.${fraction}`}`;
  const minutes = Math.floor(t / MINUTE) % 60;
  const hours = Math.floor(t / HOUR);
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}
