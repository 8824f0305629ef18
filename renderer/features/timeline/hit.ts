import type { Milestone } from '../../../shared/run/turn-state.ts';
import type { Curve } from '../../state/curves/curve.ts';
import type { Bar } from './bars.ts';
import type { EndMarker, Exit, Start, TimelineLayout, Wait } from './layout.ts';
import { groupsOf } from './marks.ts';
import { CURVE, GUTTER, lanesHeight, MILESTONE, ROW, RULER, type Viewport } from './metrics.ts';
import type { Outline } from './outlines.ts';
import { type Scale, timeAt } from './scale.ts';
import { visibleRange } from './visible-range.ts';

/** The element at a point of the lanes. */
export type Hit =
  | { kind: 'bar'; row: number; bar: Bar; milestone: Milestone | null }
  | { kind: 'mark'; row: number; marker: EndMarker; others: readonly EndMarker[] }
  | { kind: 'wait'; row: number; wait: Wait }
  | { kind: 'start'; row: number; start: Start }
  | { kind: 'outline'; row: number; outline: Outline }
  | { kind: 'exit'; row: number; exit: Exit }
  | { kind: 'curve'; curve: Curve; t: number };

/** The tolerance in pixels around an element, so that a bar of one pixel can be hit. */
const NEAR = 3;

/** The topmost element at pixel `x`, `y` of the drawing; null if there is none. */
export function hitAt(
  layout: TimelineLayout,
  scale: Scale,
  viewport: Viewport,
  now: number,
  x: number,
  y: number,
): Hit | null {
  if (x < GUTTER || y < RULER || y >= RULER + lanesHeight(viewport)) return null;
  const at = Math.floor((y - RULER + viewport.scrollTop) / ROW);
  const row = layout.rows[at];
  if (!row) return null;
  const t = timeAt(scale, x - GUTTER);
  const near = NEAR * scale.msPerPx;
  const marks = groupsOf(row.marks, scale, viewport.width - GUTTER);
  const [mark, ...others] = marks.find((group) => Math.abs(GUTTER + group.x - x) <= MILESTONE)?.marks ?? [];
  if (mark) return { kind: 'mark', row: at, marker: mark, others };
  const exit = row.exits.find((candidate) => Math.abs(candidate.t - t) <= MILESTONE * scale.msPerPx);
  if (exit) return { kind: 'exit', row: at, exit };
  const bar = nearest(row.bars, t, near, now);
  if (bar) return { kind: 'bar', row: at, bar, milestone: milestoneAt(bar, t, MILESTONE * scale.msPerPx) };
  const wait = within(row.waits, t, now);
  if (wait) return { kind: 'wait', row: at, wait };
  const start = row.starts.find((candidate) => candidate.start <= t && t < (candidate.end ?? now));
  if (start) return { kind: 'start', row: at, start };
  const outline = row.outlines.find((candidate) => candidate.start <= t && t < candidate.end);
  return outline ? { kind: 'outline', row: at, outline } : null;
}

/** The curve at pixel `x`, `y`, and the time there; null outside the curves. */
export function curveHitAt(
  curves: readonly Curve[],
  scale: Scale,
  viewport: Viewport,
  now: number,
  x: number,
  y: number,
): Hit | null {
  const top = viewport.height - viewport.curves;
  if (x < GUTTER || y < top) return null;
  const curve = curves[Math.floor((y - top + viewport.curvesScroll) / CURVE)];
  const t = timeAt(scale, x - GUTTER);
  return curve && t >= 0 && t <= now ? { kind: 'curve', curve, t } : null;
}

function nearest(bars: readonly Bar[], t: number, near: number, now: number): Bar | null {
  const { first, end } = visibleRange(bars, t - near, t + near);
  let best: Bar | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const bar of bars.slice(first, end)) {
    const distance = Math.max(bar.start - t, t - (bar.end ?? now), 0);
    if (distance < least && distance <= near) {
      best = bar;
      least = distance;
    }
  }
  return best;
}

function within(waits: readonly Wait[], t: number, now: number): Wait | null {
  return waits.find((wait) => wait.start <= t && t < (wait.open ? now : wait.end)) ?? null;
}

function milestoneAt(bar: Bar, t: number, near: number): Milestone | null {
  return bar.turn.milestones.find((milestone) => Math.abs(milestone.t - t) <= near) ?? null;
}
