import { lastAtMost } from '../../../shared/run/intervals.ts';
import type { Step } from '../../state/curves/steps.ts';
import { type Scale, timeAt, xOf } from './scale.ts';

export interface Corner {
  /** Pixels from the left of the plot. */
  x: number;
  value: number;
}

/**
 * The line of the steps within `width` pixels, up to the time `end`. Of several steps in one pixel, it shows the
 * highest and then the last: a pixel has at most three corners, for any number of steps.
 */
export function cornersOf(steps: readonly Step[], scale: Scale, width: number, end: number): Corner[] {
  const time = (step: Step): number => step.t;
  const last = lastAtMost(steps, Math.min(end, timeAt(scale, width)), time);
  const corners: Corner[] = [];
  let at = Math.max(0, lastAtMost(steps, timeAt(scale, 0), time));
  while (at <= last) {
    const x = xOf(scale, steps[at]?.t ?? 0);
    const nextPixel = timeAt(scale, Math.floor(x) + 1);
    let high = 0;
    let value = 0;
    do {
      value = steps[at]?.value ?? 0;
      high = Math.max(high, value);
      at += 1;
    } while (at <= last && (steps[at]?.t ?? 0) < nextPixel);
    corners.push({ x, value: high });
    if (value !== high) corners.push({ x, value });
    corners.push({ x: xOf(scale, Math.min(end, steps[at]?.t ?? end)), value });
  }
  return corners;
}
