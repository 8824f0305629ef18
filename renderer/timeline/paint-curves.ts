import { lastAtMost } from '../../shared/run/intervals.ts';
import type { Curve } from './curves.ts';
import { CURVE, GUTTER } from './metrics.ts';
import { timeAt, xOf } from './scale.ts';
import type { Scene } from './scene.ts';
import { fitted, widthOf } from './text.ts';

type Ctx = CanvasRenderingContext2D;

const HEADROOM = 5;
const HEIGHT = CURVE - 9;

/** Draws the curves beneath the lanes, each in a strip of its own. */
export function paintCurves(ctx: Ctx, scene: Scene): void {
  const { viewport, palette, curves } = scene;
  if (viewport.curves === 0) return;
  const top = viewport.height - viewport.curves;
  ctx.fillStyle = palette.panel;
  ctx.fillRect(0, top, viewport.width, viewport.curves);
  ctx.fillStyle = palette.lineStrong;
  ctx.fillRect(0, top, viewport.width, 1);
  const shown = Math.floor(viewport.curves / CURVE);
  for (const [at, curve] of curves.slice(0, shown).entries()) paintCurve(ctx, scene, curve, top + at * CURVE);
}

function paintCurve(ctx: Ctx, scene: Scene, curve: Curve, y: number): void {
  const { viewport, palette } = scene;
  const floor = y + HEADROOM + HEIGHT;
  ctx.font = `11.5px ${palette.font}`;
  ctx.fillStyle = palette.muted;
  ctx.fillText(fitted(ctx, curve.label, GUTTER - 18), 12, y + CURVE / 2 + 2);
  if (curve.limit) paintLimit(ctx, scene, floor - HEIGHT);
  ctx.save();
  ctx.beginPath();
  ctx.rect(GUTTER, y, viewport.width - GUTTER, CURVE);
  ctx.clip();
  trace(ctx, scene, curve, floor);
  ctx.restore();
  paintNote(ctx, scene, curve.note, y);
}

function paintNote(ctx: Ctx, { viewport, palette }: Scene, note: string, y: number): void {
  ctx.font = `11px ${palette.font}`;
  const left = viewport.width - 12 - widthOf(ctx, note);
  ctx.fillStyle = palette.panel;
  ctx.globalAlpha = 0.8;
  ctx.fillRect(left - 4, y + 6, viewport.width - 4 - left, 14);
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.faint;
  ctx.fillText(note, left, y + 13);
}

function paintLimit(ctx: Ctx, { viewport, palette }: Scene, y: number): void {
  ctx.strokeStyle = palette.faint;
  ctx.lineWidth = 1;
  ctx.setLineDash([2, 4]);
  ctx.beginPath();
  ctx.moveTo(GUTTER, y + 0.5);
  ctx.lineTo(viewport.width, y + 0.5);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** The steps in sight as one filled line; of several in one pixel the highest is seen. */
function trace(ctx: Ctx, { scale, viewport, palette, now }: Scene, curve: Curve, floor: number): void {
  const width = viewport.width - GUTTER;
  const first = Math.max(
    0,
    lastAtMost(curve.steps, timeAt(scale, 0), (step) => step.t),
  );
  const last = lastAtMost(curve.steps, timeAt(scale, width), (step) => step.t);
  const heightOf = (value: number): number => floor - (Math.min(value, curve.full) / curve.full) * HEIGHT;
  const endX = GUTTER + xOf(scale, now);
  const startX = GUTTER + xOf(scale, curve.steps[first]?.t ?? 0);
  if (endX <= startX) return;
  ctx.beginPath();
  ctx.moveTo(startX, floor);
  for (let at = first; at <= last; at += 1) {
    const step = curve.steps[at];
    if (!step) continue;
    const x = Math.min(endX, GUTTER + xOf(scale, curve.steps[at + 1]?.t ?? now));
    ctx.lineTo(Math.min(endX, GUTTER + xOf(scale, step.t)), heightOf(step.value));
    ctx.lineTo(x, heightOf(step.value));
  }
  ctx.lineTo(Math.min(endX, viewport.width + 2), floor);
  ctx.closePath();
  ctx.fillStyle = palette.curves[curve.kind];
  ctx.globalAlpha = 0.26;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = palette.curves[curve.kind];
  ctx.lineWidth = 1.2;
  ctx.stroke();
}
