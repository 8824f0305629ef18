import { type Bar, labelIn } from './bars.ts';
import type { Start, Track, Wait } from './layout.ts';
import { BAR_INSET, GUTTER, MILESTONE, ROW, WAIT_INSET } from './metrics.ts';
import type { Outline } from './outlines.ts';
import { paintInside, paintNested } from './paint-inside.ts';
import { paintExit, paintMarks } from './paint-marks.ts';
import { withSavedState } from './paint-part.ts';
import { timeAt, xOf } from './scale.ts';
import type { Scene } from './scene.ts';
import { truncateToWidth, widthOf } from './text.ts';
import { visibleRange } from './visible-range.ts';

type Ctx = CanvasRenderingContext2D;

const BAR_HEIGHT = ROW - 2 * BAR_INSET;
const DIMMED = 0.22;
/**
 * The minimum width in pixels of a bar with a name, milestones and round corners: they are slow for thousands of bars.
 */
const MIN_DETAILED_WIDTH = 28;
/** The width in pixels that is sufficient for a name between two milestones. */
const ENOUGH_LABEL_WIDTH = 48;
/** Narrower predictions are drawn without dashes, of which only corners would be visible. */
const MIN_DASHED_WIDTH = 24;
const MIN_MILESTONES_WIDTH = 16;
const MIN_ROUNDED_WIDTH = 8;
/** Shown in addition to the color. */
const STATE_PREFIX = { running: '', completed: '', degraded: '! ', failed: '✕ ', cancelled: '– ' } as const;

/** Draws the visible part of a track, with its top at `y`: waits, predictions, bars, markers. */
export function paintRow(ctx: Ctx, scene: Scene, track: Track, y: number): void {
  const { scale, viewport } = scene;
  const from = timeAt(scale, 0);
  const to = timeAt(scale, viewport.width - GUTTER);
  for (const start of track.starts)
    if (start.start < to && (start.end ?? scene.now) > from) paintStart(ctx, scene, start, y);
  for (const wait of track.waits) if (wait.start < to && (wait.open || wait.end > from)) paintWait(ctx, scene, wait, y);
  if (scene.prediction) {
    for (const outline of track.outlines)
      if (outline.start < to && outline.end > from) paintOutline(ctx, scene, outline, y);
  }
  paintBars(ctx, scene, track, y, from, to);
  for (const { t } of track.exits) if (t >= from && t <= to) paintExit(ctx, scene, t, y);
  paintMarks(ctx, scene, track, y);
  ctx.globalAlpha = 1;
}

/** Bars thinner than a pixel are drawn once per pixel. */
function paintBars(ctx: Ctx, scene: Scene, track: Track, y: number, from: number, to: number): void {
  const { first, end } = visibleRange(track.bars, from, to);
  let filled = Number.NEGATIVE_INFINITY;
  for (let at = first; at < end; at += 1) {
    const bar = track.bars[at];
    if (!bar) continue;
    const right = GUTTER + xOf(scene.scale, bar.end ?? scene.now);
    if (right < filled && bar.end !== null) continue;
    paintBar(ctx, scene, bar, y);
    filled = Math.ceil(right);
  }
}

function paintBar(ctx: Ctx, scene: Scene, bar: Bar, y: number): void {
  const { scale, palette, viewport } = scene;
  const x = GUTTER + xOf(scale, bar.start);
  const width = Math.max(1, xOf(scale, bar.end ?? scene.now) - xOf(scale, bar.start));
  const top = y + BAR_INSET;
  // Rectangles far outside the window lose precision.
  const left = Math.max(x, GUTTER - 20);
  const shown = Math.min(x + width, viewport.width + 20) - left;
  if (shown <= 0) return;
  const visible = scene.dimmed(bar.task) ? DIMMED : 1;
  ctx.globalAlpha = visible * (bar.style === 'completed' ? 0.84 : 1);
  if (bar.style === 'completed' && width > MIN_DETAILED_WIDTH) paintBackground(ctx, palette.panel, left, top, shown);
  ctx.fillStyle = palette.bars[bar.style];
  fillRounded(ctx, left, top, shown, BAR_HEIGHT);
  if (bar.style === 'failed' || bar.style === 'cancelled') hatch(ctx, left, top, shown, palette.panel);
  ctx.globalAlpha = visible;
  if (width > MIN_DETAILED_WIDTH) {
    paintInside(ctx, scene, bar, top, BAR_HEIGHT);
    const labelled = paintLabel(ctx, scene, bar, left, shown, top);
    paintNested(ctx, scene, bar, top, labelled);
  }
  if (width > MIN_MILESTONES_WIDTH) paintMilestones(ctx, scene, bar, top);
  if (scene.critical && bar.critical) {
    ctx.fillStyle = palette.critical;
    ctx.fillRect(left, top + BAR_HEIGHT, shown, 2);
  }
  paintFrame(ctx, scene, bar, left, shown, top);
  ctx.globalAlpha = 1;
}

/** An opaque background for translucent bars, so that no prediction shines through. */
function paintBackground(ctx: Ctx, color: string, left: number, top: number, width: number): void {
  const alpha = ctx.globalAlpha;
  ctx.globalAlpha = 1;
  ctx.fillStyle = color;
  fillRounded(ctx, left, top, width, BAR_HEIGHT);
  ctx.globalAlpha = alpha;
}

/** @returns where the label ends */
function paintLabel(
  ctx: Ctx,
  { scale, palette, layout }: Scene,
  bar: Bar,
  left: number,
  width: number,
  top: number,
): number {
  ctx.font = `600 11px ${palette.font}`;
  const places = bar.turn.milestones.map(({ t }) => GUTTER + xOf(scale, t));
  const { start, right } = widestGap(places, Math.max(left, GUTTER) + 7, left + width - 6);
  const text = truncateToWidth(ctx, STATE_PREFIX[bar.style] + labelIn(layout.by === 'task', bar), right - start);
  if (text === '') return start;
  ctx.fillStyle = palette.onState;
  ctx.fillText(text, start, top + BAR_HEIGHT / 2 + 0.5);
  return start + widthOf(ctx, text);
}

/** The first gap between milestones with room for a name, so that no diamond covers it; else the longest. */
function widestGap(places: readonly number[], from: number, to: number): { start: number; right: number } {
  let best = { start: from, right: from };
  let start = from;
  for (const x of [...places.filter((at) => at > from - MILESTONE && at < to), to]) {
    const right = x === to ? to : x - MILESTONE - 3;
    if (right - start > best.right - best.start) best = { start, right };
    if (best.right - best.start >= ENOUGH_LABEL_WIDTH) return best;
    start = x + MILESTONE + 4;
  }
  return best;
}

function paintMilestones(ctx: Ctx, { scale, palette }: Scene, bar: Bar, top: number): void {
  ctx.fillStyle = palette.onState;
  ctx.strokeStyle = palette.bars[bar.style];
  ctx.lineWidth = 1;
  for (const { t } of bar.turn.milestones) {
    diamond(ctx, GUTTER + xOf(scale, t), top + BAR_HEIGHT / 2, MILESTONE);
    ctx.fill();
    ctx.stroke();
  }
}

function paintFrame(ctx: Ctx, scene: Scene, bar: Bar, left: number, width: number, top: number): void {
  const { hover, chosen, palette } = scene;
  const isHovered = hover?.kind === 'bar' && hover.bar.turn === bar.turn;
  if (!isHovered && chosen !== bar.task) return;
  ctx.strokeStyle = isHovered ? palette.text : palette.accent;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.roundRect(left - 0.75, top - 0.75, width + 1.5, BAR_HEIGHT + 1.5, 4.5);
  ctx.stroke();
}

function paintWait(ctx: Ctx, scene: Scene, wait: Wait, y: number): void {
  const left = Math.max(GUTTER - 20, GUTTER + xOf(scene.scale, wait.start));
  const end = wait.open ? scene.now : wait.end;
  const right = Math.min(scene.viewport.width + 20, GUTTER + xOf(scene.scale, end));
  if (right - left < 1) return;
  ctx.globalAlpha = scene.dimmed(wait.task) ? DIMMED : 1;
  ctx.fillStyle = scene.palette.waits[wait.reason];
  ctx.beginPath();
  ctx.roundRect(left, y + WAIT_INSET, right - left - (right - left > 4 ? 1 : 0), ROW - 2 * WAIT_INSET, 2);
  ctx.fill();
}

/** Draws the start of a slot process: the color of its wait with stripes, so that it does not depend on color alone. */
function paintStart(ctx: Ctx, scene: Scene, { slot, start, end }: Start, y: number): void {
  const { scale, palette, viewport } = scene;
  const left = Math.max(GUTTER - 20, GUTTER + xOf(scale, start));
  const right = Math.min(viewport.width + 20, GUTTER + xOf(scale, end ?? scene.now));
  const top = y + BAR_INSET;
  if (right - left < 1) return;
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.waits.starting;
  fillRounded(ctx, left, top, right - left, BAR_HEIGHT);
  hatch(ctx, left, top, right - left, palette.panel);
  if (right - left <= MIN_DETAILED_WIDTH) return;
  ctx.font = `11px ${palette.font}`;
  ctx.fillStyle = palette.text;
  const from = Math.max(left, GUTTER) + 7;
  ctx.fillText(truncateToWidth(ctx, `slot ${slot} starts`, right - from - 6), from, top + BAR_HEIGHT / 2 + 0.5);
}

function paintOutline(ctx: Ctx, scene: Scene, outline: Outline, y: number): void {
  const { scale, palette, viewport } = scene;
  const left = Math.max(GUTTER - 20, GUTTER + xOf(scale, outline.start)) + 0.5;
  const right = Math.min(viewport.width + 20, GUTTER + xOf(scale, outline.end)) - 0.5;
  if (right - left < 3) return;
  ctx.globalAlpha = scene.dimmed(outline.task) ? DIMMED : 1;
  ctx.strokeStyle = right - left < MIN_DASHED_WIDTH ? palette.lineStrong : palette.faint;
  ctx.lineWidth = 1;
  ctx.setLineDash(right - left < MIN_DASHED_WIDTH ? [] : [4, 3]);
  ctx.beginPath();
  ctx.roundRect(left, y + BAR_INSET + 0.5, right - left, BAR_HEIGHT - 1, 4);
  ctx.stroke();
  ctx.setLineDash([]);
  if (outline.label === null) return;
  ctx.font = `11px ${palette.font}`;
  ctx.fillStyle = palette.muted;
  // A prediction whose task has started is hidden by the bar.
  const hidden = scene.live && outline.start < scene.now ? GUTTER + xOf(scale, scene.now) : GUTTER;
  const start = Math.max(left, hidden) + 7;
  ctx.fillText(truncateToWidth(ctx, outline.label, right - start - 6), start, y + ROW / 2 + 0.5);
}

/** A rectangle with round corners if it is wide enough to show them. */
function fillRounded(ctx: Ctx, x: number, y: number, width: number, height: number): void {
  if (width < MIN_ROUNDED_WIDTH) {
    ctx.fillRect(x, y, width, height);
    return;
  }
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, 4);
  ctx.fill();
}

function hatch(ctx: Ctx, x: number, y: number, width: number, color: string): void {
  if (width < 4) return;
  withSavedState(ctx, () => {
    ctx.beginPath();
    ctx.roundRect(x, y, width, BAR_HEIGHT, 4);
    ctx.clip();
    ctx.strokeStyle = color;
    ctx.globalAlpha = 0.28;
    ctx.lineWidth = 2;
    ctx.beginPath();
    for (let at = x - BAR_HEIGHT - (x % 8); at < x + width; at += 8) {
      ctx.moveTo(at, y + BAR_HEIGHT);
      ctx.lineTo(at + BAR_HEIGHT, y);
    }
    ctx.stroke();
  });
}

function diamond(ctx: Ctx, x: number, y: number, radius: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y - radius);
  ctx.lineTo(x + radius, y);
  ctx.lineTo(x, y + radius);
  ctx.lineTo(x - radius, y);
  ctx.closePath();
}
