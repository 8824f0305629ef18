import { formatDuration } from '../../../shared/figures/format.ts';
import type { Curve } from '../../state/curves/curve.ts';
import type { Step } from '../../state/curves/steps.ts';
import { cornersOf } from './corners.ts';
import { CURVE, GUTTER } from './metrics.ts';
import { type PaintPart, withSavedState } from './paint-part.ts';
import { xOf } from './scale.ts';
import type { Scene } from './scene.ts';
import { truncateToWidth, widthOf } from './text.ts';

type Ctx = CanvasRenderingContext2D;

const HEADROOM = 5;
const HEIGHT = CURVE - 9;

/** Draws the curves below the lanes, each in its own strip. If not all fit, a scroll thumb shows which are visible. */
export function paintCurves(ctx: Ctx, scene: Scene, paintPart: PaintPart): void {
  const { viewport, palette, curves } = scene;
  if (viewport.curves === 0) return;
  const top = viewport.height - viewport.curves;
  ctx.fillStyle = palette.panel;
  ctx.fillRect(0, top, viewport.width, viewport.curves);
  withSavedState(ctx, () => {
    ctx.beginPath();
    ctx.rect(0, top, viewport.width, viewport.curves);
    ctx.clip();
    const first = Math.floor(viewport.curvesScroll / CURVE);
    const end = Math.ceil((viewport.curvesScroll + viewport.curves) / CURVE);
    for (const [at, curve] of curves.slice(first, end).entries()) {
      const y = top + (first + at) * CURVE - viewport.curvesScroll;
      paintPart(curve.label, () => paintCurve(ctx, scene, curve, y));
    }
  });
  ctx.fillStyle = palette.lineStrong;
  ctx.fillRect(0, top, viewport.width, 1);
  paintThumb(ctx, scene, top);
}

/** Labels the full heights at the right ends of the curves, on top, so that no line crosses the text. */
export function paintCurveNotes(ctx: Ctx, scene: Scene, paintPart: PaintPart): void {
  const { viewport, curves } = scene;
  if (viewport.curves === 0) return;
  const top = viewport.height - viewport.curves;
  ctx.beginPath();
  ctx.rect(0, top + 1, viewport.width, viewport.curves - 1);
  ctx.clip();
  for (const [at, { label, note }] of curves.entries()) {
    paintPart(label, () => paintNote(ctx, scene, note, top + at * CURVE - viewport.curvesScroll));
  }
}

function paintThumb(ctx: Ctx, { viewport, curves, palette }: Scene, top: number): void {
  const whole = curves.length * CURVE;
  if (whole <= viewport.curves) return;
  const length = (viewport.curves * viewport.curves) / whole;
  ctx.fillStyle = palette.lineStrong;
  ctx.beginPath();
  ctx.roundRect(viewport.width - 7, top + (viewport.curvesScroll * viewport.curves) / whole + 2, 4, length - 4, 2);
  ctx.fill();
}

function paintCurve(ctx: Ctx, scene: Scene, curve: Curve, y: number): void {
  const { viewport, palette } = scene;
  const floor = y + HEADROOM + HEIGHT;
  ctx.font = `11.5px ${palette.font}`;
  ctx.fillStyle = palette.muted;
  ctx.fillText(truncateToWidth(ctx, curve.label, GUTTER - 18), 12, y + CURVE / 2 + 2);
  ctx.beginPath();
  ctx.rect(GUTTER, y, viewport.width - GUTTER, CURVE);
  ctx.clip();
  paintCooldowns(ctx, scene, curve, y);
  paintValue(ctx, scene, curve, floor);
  if (curve.secondary) paintLine(ctx, scene, curve.secondary.steps, curve.max, floor, palette.waits.slot, []);
  paintLine(ctx, scene, curve.limit, curve.max, floor, palette.faint, [2, 4]);
}

/** Intervals in which no call could begin, with their length if there is room. */
function paintCooldowns(ctx: Ctx, { scale, palette, viewport }: Scene, { cooldowns }: Curve, y: number): void {
  for (const { start, end } of cooldowns) {
    const left = Math.max(GUTTER, GUTTER + xOf(scale, start));
    const right = Math.min(viewport.width, GUTTER + xOf(scale, end));
    if (right <= left) continue;
    ctx.fillStyle = palette.waits.rate_limit;
    ctx.fillRect(left, y + 2, Math.max(1, right - left), CURVE - 4);
    ctx.font = `11px ${palette.font}`;
    ctx.fillStyle = palette.text;
    ctx.fillText(
      truncateToWidth(ctx, `cooldown ${formatDuration(end - start)}`, right - left - 8),
      left + 4,
      y + CURVE / 2 + 1,
    );
  }
}

function paintNote(ctx: Ctx, { viewport, palette }: Scene, note: string, y: number): void {
  ctx.font = `11px ${palette.font}`;
  const left = viewport.width - 12 - widthOf(ctx, note);
  ctx.fillStyle = palette.panel;
  ctx.fillRect(left - 4, y + 6, viewport.width - 4 - left, 14);
  ctx.fillStyle = palette.faint;
  ctx.fillText(note, left, y + 13);
}

/** Draws a value over time as a line; nothing without steps. */
function paintLine(
  ctx: Ctx,
  scene: Scene,
  steps: readonly Step[],
  max: number,
  floor: number,
  color: string,
  dash: number[],
): void {
  if (trace(ctx, scene, steps, max, floor) === null) return;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.2;
  ctx.setLineDash(dash);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** Draws the value as a filled area. */
function paintValue(ctx: Ctx, scene: Scene, { kind, steps, max }: Curve, floor: number): void {
  const ends = trace(ctx, scene, steps, max, floor);
  if (ends === null) return;
  ctx.strokeStyle = scene.palette.curves[kind];
  ctx.lineWidth = 1.2;
  ctx.stroke();
  ctx.lineTo(ends.right, floor);
  ctx.lineTo(ends.left, floor);
  ctx.fillStyle = scene.palette.curves[kind];
  ctx.globalAlpha = 0.26;
  ctx.fill();
  ctx.globalAlpha = 1;
}

/**
 * Sets the path to the visible steps, up to now, and returns its start and end. Values above `max` stay at the top.
 */
function trace(
  ctx: Ctx,
  { scale, viewport, now }: Scene,
  steps: readonly Step[],
  max: number,
  floor: number,
): { left: number; right: number } | null {
  const corners = cornersOf(steps, scale, viewport.width - GUTTER, now);
  const [first, last] = [corners[0], corners.at(-1)];
  if (!first || !last || last.x <= first.x) return null;
  ctx.beginPath();
  for (const { x, value } of corners) ctx.lineTo(GUTTER + x, floor - (Math.min(value, max) / max) * HEIGHT);
  return { left: GUTTER + first.x, right: GUTTER + last.x };
}
