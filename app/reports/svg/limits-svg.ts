import { formatDuration } from '../../../shared/figures/format.ts';
import type { LimitFigures } from '../../../shared/figures/limits.ts';
import { exitText, limitText } from '../../../shared/figures/slot-labels.ts';
import { WAIT_REASON_LOOKS } from '../../../shared/figures/wait-reasons.ts';
import type { SlotExit } from '../../../shared/run/slot-state.ts';
import { path, rect, round, shorten, text } from './draw.ts';
import { PALETTE } from './palette.ts';

/** Height of an origin's row. */
export const LIMIT_ROW = 26;

/** Draws a cross where a slot process exited. */
export function exitMark(x: number, y: number, exit: SlotExit, memoryMib: number): string {
  const d = `M ${round(x - 4)} ${round(y - 4)} l 8 8 m 0 -8 l -8 8`;
  const title = `${formatDuration(exit.t)}: ${exitText(exit, memoryMib)}`;
  return path(d, { stroke: PALETTE.failed, 'stroke-width': 2 }, title);
}

interface Place {
  /** Pixels from the left for a run time. */
  x: (ms: number) => number;
  endMs: number;
  left: number;
  labelWidth: number;
  top: number;
}

/** Draws the rate limiter of one origin: its call limit over time, and its cooldowns. */
export function limitRow({ origin, ceiling, cooldowns: holds, steps }: LimitFigures, place: Place): string[] {
  const { x, endMs, top } = place;
  const most = ceiling.reduce((peak, { value }) => Math.max(peak, value), 1);
  const y = (value: number): number => top + LIMIT_ROW - 4 - (value / most) * (LIMIT_ROW - 10);
  const [first, ...rest] = ceiling;
  let d = `M ${round(x(first?.t ?? 0))} ${round(y(first?.value ?? most))}`;
  for (const { t, value } of rest) d += ` H ${round(x(t))} V ${round(y(value))}`;
  return [
    text(place.left, top + 17, shorten(`Limit of ${origin}`, place.labelWidth), {
      fill: PALETTE.muted,
      'font-size': 11,
    }),
    ...holds.map(({ start, end }) => {
      const left = x(start);
      const title = `Provider cooldown, ${formatDuration(start)} to ${formatDuration(end)}`;
      return rect(
        left,
        top + 3,
        Math.max(1.5, x(end) - left),
        LIMIT_ROW - 6,
        { fill: WAIT_REASON_LOOKS.rate_limit.light },
        title,
      );
    }),
    path(`${d} H ${round(x(endMs))}`, { stroke: PALETTE.text, 'stroke-width': 1.2 }, steps.map(limitText).join('\n')),
  ];
}
