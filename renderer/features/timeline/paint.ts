import { NO_GROUP } from './lane-groups.ts';
import type { Lane, TimelineLayout } from './layout.ts';
import { GUTTER, lanesHeight, ROW, RULER, rowTop, visibleRows } from './metrics.ts';
import { paintCurveNotes, paintCurves } from './paint-curves.ts';
import { paintDispatchPauses } from './paint-dispatch-pauses.ts';
import { type PaintFailure, type PaintPart, paintPartsOn } from './paint-part.ts';
import { paintRow } from './paint-row.ts';
import { tickLabel, ticks, xOf } from './scale.ts';
import type { Scene } from './scene.ts';
import { truncateToWidth, widthOf } from './text.ts';

/**
 * Draws one frame; the context's units are CSS pixels. Only visible tracks and curves take time. A part that throws is
 * skipped and passed to `report`; the rest of the frame is drawn.
 */
export function paint(ctx: CanvasRenderingContext2D, scene: Scene, report: (failure: PaintFailure) => void): void {
  const { viewport, palette } = scene;
  const paintPart = paintPartsOn(ctx, report);
  ctx.fillStyle = palette.panel;
  ctx.fillRect(0, 0, viewport.width, viewport.height);
  ctx.textBaseline = 'middle';
  paintPart('grid', () => paintGrid(ctx, scene));
  paintPart('dispatch pauses', () => paintDispatchPauses(ctx, scene));
  paintPart('lanes', () => paintLanes(ctx, scene, paintPart));
  paintPart('scrollbar', () => paintScrollbar(ctx, scene));
  paintPart('curves', () => paintCurves(ctx, scene, paintPart));
  paintPart('selected range', () => paintSpan(ctx, scene));
  paintPart('ruler', () => paintRuler(ctx, scene));
  paintPart('current time', () => paintNow(ctx, scene));
  paintPart('labels of the curves', () => paintCurveNotes(ctx, scene, paintPart));
}

function paintGrid(ctx: CanvasRenderingContext2D, { scale, viewport, palette }: Scene): void {
  ctx.fillStyle = palette.line;
  for (const { t } of ticks(scale, viewport.width - GUTTER)) {
    ctx.fillRect(Math.round(GUTTER + xOf(scale, t)), RULER, 1, viewport.height - RULER);
  }
}

function paintLanes(ctx: CanvasRenderingContext2D, scene: Scene, paintPart: PaintPart): void {
  const { viewport, layout } = scene;
  const { first, end } = visibleRows(viewport, layout.rows.length);
  clip(ctx, 0, RULER, viewport.width, lanesHeight(viewport));
  for (let at = first; at < end; at += 1) {
    const track = layout.rows[at];
    const lane = track ? layout.lanes[track.lane] : undefined;
    if (!track || !lane) continue;
    const y = rowTop(viewport, at);
    if (at === lane.firstRow) paintPart(lane.label, () => paintLaneLabel(ctx, scene, lane, y));
    if (lane.group.depth > 0) paintPart(lane.label, () => paintBracket(ctx, scene, at, y));
    paintPart(lane.label, () => {
      clip(ctx, GUTTER, y, viewport.width - GUTTER, ROW);
      paintRow(ctx, scene, track, y);
    });
  }
}

/** The step in pixels by which the label of a lane inside a group is moved to the right. */
const INDENT = 10;

/** Draws the label of a lane, with a line above it. */
function paintLaneLabel(ctx: CanvasRenderingContext2D, { viewport, palette }: Scene, lane: Lane, y: number): void {
  const { depth, isCollapsed } = lane.group;
  const sign = isCollapsed === null ? '' : isCollapsed ? '▸ ' : '▾ ';
  const left = 12 + depth * INDENT;
  ctx.fillStyle = palette.line;
  ctx.fillRect(0, y, viewport.width, 1);
  ctx.fillStyle = palette.muted;
  ctx.font = `11.5px ${palette.font}`;
  ctx.fillText(truncateToWidth(ctx, sign + lane.label, GUTTER - 6 - left), left, y + ROW / 2 + 0.5);
}

/** Draws the part of a group's bracket in one row: a line on the left that ends with the last row of the group. */
function paintBracket(ctx: CanvasRenderingContext2D, { layout, palette }: Scene, at: number, y: number): void {
  const { depth } = depthAt(layout, at);
  const x = 4 + depth * INDENT;
  const isLast = depthAt(layout, at + 1).depth < depth;
  ctx.fillStyle = palette.lineStrong;
  ctx.fillRect(x, y, 1, isLast ? ROW / 2 : ROW);
  if (isLast) ctx.fillRect(x, y + ROW / 2, 4, 1);
}

function depthAt({ rows, lanes }: TimelineLayout, at: number): { depth: number } {
  const row = rows[at];
  return (row && lanes[row.lane]?.group) ?? NO_GROUP;
}

/** If not all lanes fit, a thumb at the right edge shows which are visible. */
function paintScrollbar(ctx: CanvasRenderingContext2D, { viewport, layout, palette }: Scene): void {
  const height = lanesHeight(viewport);
  const whole = layout.rows.length * ROW;
  if (whole <= height || height <= 0) return;
  const length = Math.max(24, (height * height) / whole);
  const y = RULER + ((height - length) * viewport.scrollTop) / (whole - height);
  ctx.fillStyle = palette.lineStrong;
  ctx.beginPath();
  ctx.roundRect(viewport.width - 7, y + 2, 4, length - 4, 2);
  ctx.fill();
}

function paintRuler(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { scale, viewport, palette } = scene;
  const now = nowLabel(ctx, scene);
  ctx.fillStyle = palette.panel;
  ctx.fillRect(0, 0, viewport.width, RULER);
  ctx.font = `11px ${palette.font}`;
  ctx.fillStyle = palette.faint;
  for (const { t, label } of ticks(scale, viewport.width - GUTTER)) {
    const x = GUTTER + xOf(scale, t) + 4;
    const isCovered = now !== null && x < now.left + now.width + 4 && x + widthOf(ctx, label) > now.left - 4;
    if (!isCovered) ctx.fillText(label, x, RULER / 2);
  }
  ctx.fillStyle = palette.line;
  ctx.fillRect(0, RULER - 1, viewport.width, 1);
}

function paintSpan(ctx: CanvasRenderingContext2D, { span, scale, viewport, palette }: Scene): void {
  if (!span) return;
  const from = Math.max(GUTTER, GUTTER + xOf(scale, span.from));
  const to = Math.max(GUTTER, GUTTER + xOf(scale, span.to));
  ctx.fillStyle = palette.accent;
  ctx.globalAlpha = 0.12;
  ctx.fillRect(from, RULER, to - from, viewport.height - RULER);
  ctx.globalAlpha = 0.7;
  ctx.fillRect(from, RULER, 1, viewport.height - RULER);
  ctx.fillRect(to - 1, RULER, 1, viewport.height - RULER);
  ctx.globalAlpha = 1;
}

interface NowLabel {
  /** The position of the line at the current time. */
  x: number;
  left: number;
  width: number;
  text: string;
}

/** The label of the current time on the ruler; null if it is out of view. Changes the font of the context. */
function nowLabel(ctx: CanvasRenderingContext2D, { scale, viewport, palette, now }: Scene): NowLabel | null {
  const x = GUTTER + xOf(scale, now);
  if (now === 0 || x < GUTTER || x > viewport.width) return null;
  ctx.font = `600 11px ${palette.font}`;
  const text = tickLabel(Math.round(now / 100) * 100, 100);
  const width = widthOf(ctx, text) + 12;
  return { x, left: Math.min(viewport.width - width, Math.max(GUTTER, x - width / 2)), width, text };
}

function paintNow(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const label = nowLabel(ctx, scene);
  if (!label) return;
  const { viewport, palette, live } = scene;
  const { x, left, width, text } = label;
  ctx.fillStyle = live ? palette.accent : palette.faint;
  ctx.fillRect(Math.round(x) - 0.75, RULER - 2, 1.5, viewport.height - RULER + 2);
  ctx.fillStyle = live ? palette.accent : palette.lineStrong;
  ctx.beginPath();
  ctx.roundRect(left, 3, width, 16, 4);
  ctx.fill();
  ctx.fillStyle = live ? palette.onAccent : palette.text;
  ctx.fillText(text, left + 6, RULER / 2 - 0.5);
}

function clip(ctx: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
}
