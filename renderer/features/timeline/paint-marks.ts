import type { EndMarker, Track } from './layout.ts';
import { groupsOf, MARK_RADIUS, type MarkGroup } from './marks.ts';
import { BAR_INSET, GUTTER, ROW } from './metrics.ts';
import { xOf } from './scale.ts';
import type { Scene } from './scene.ts';
import { truncateToWidth, widthOf } from './text.ts';

type Ctx = CanvasRenderingContext2D;

const DIMMED = 0.22;
/** The gap between a marker and its label. */
const GAP = 5;

/** Draws the markers of a track: each is a ring, dotted for a complete result, crossed out for none. */
export function paintMarks(ctx: Ctx, scene: Scene, track: Track, y: number): void {
  const width = scene.viewport.width - GUTTER;
  const groups = groupsOf(track.marks, scene.scale, width);
  for (const [at, group] of groups.entries()) {
    ctx.globalAlpha = group.marks.every(({ task }) => scene.dimmed(task)) ? DIMMED : 1;
    paintMark(ctx, scene, group, y);
    const before = track.bars.length > 0 ? group.x : (groups[at - 1]?.x ?? 0);
    const after = groups[at + 1]?.x ?? width;
    const taken = 2 * MARK_RADIUS + GAP;
    paintLabel(ctx, scene, group, y, { before: group.x - before - taken, after: after - group.x - taken });
  }
}

function paintMark(ctx: Ctx, scene: Scene, { x, style }: MarkGroup, y: number): void {
  const isComplete = style === 'cached' || style === 'reused';
  const [left, middle] = [GUTTER + x, y + ROW / 2];
  ctx.strokeStyle = scene.palette.marks[style];
  ctx.lineWidth = 1.6;
  if (isComplete) ctx.setLineDash([2, 2]);
  ctx.beginPath();
  ctx.arc(left, middle, MARK_RADIUS, 0, Math.PI * 2);
  if (!isComplete && style !== 'degraded') {
    ctx.moveTo(left - 3.5, middle + 3.5);
    ctx.lineTo(left + 3.5, middle - 3.5);
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

/** The free pixels next to a marker. */
interface Room {
  before: number;
  after: number;
}

/**
 * The number of tasks or, for one task, its name if the lane does not show it. Left of the marker if it fits only
 * there.
 */
function paintLabel(ctx: Ctx, { layout, palette }: Scene, group: MarkGroup, y: number, room: Room): void {
  const text = group.marks.length > 1 ? `${group.marks.length} ${styleText(group.style)}` : nameOf(group.marks);
  if (text === null || (group.marks.length === 1 && layout.by === 'task')) return;
  ctx.font = `11px ${palette.font}`;
  ctx.fillStyle = palette.muted;
  const width = widthOf(ctx, text);
  const isBefore = width > room.after && width <= room.before;
  const x = isBefore ? group.x - MARK_RADIUS - GAP - width : group.x + MARK_RADIUS + GAP;
  ctx.fillText(isBefore ? text : truncateToWidth(ctx, text, room.after), GUTTER + x, y + ROW / 2 + 0.5);
}

function nameOf([mark]: readonly EndMarker[]): string | null {
  return mark ? `${mark.task}, ${styleText(mark.style)}` : null;
}

function styleText(style: EndMarker['style']): string {
  return style.replace('_', ' ');
}

/**
 * Draws the exit of a process: a cross at the bottom of the lane, on its own background so that it is visible on a bar.
 */
export function paintExit(ctx: Ctx, { scale, palette }: Scene, t: number, y: number): void {
  const x = GUTTER + xOf(scale, t);
  const middle = y + ROW - BAR_INSET - 2;
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.panel;
  ctx.beginPath();
  ctx.arc(x, middle, 5.5, 0, Math.PI * 2);
  ctx.fill();
  ctx.strokeStyle = palette.bars.failed;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(x - 3, middle - 3);
  ctx.lineTo(x + 3, middle + 3);
  ctx.moveTo(x + 3, middle - 3);
  ctx.lineTo(x - 3, middle + 3);
  ctx.stroke();
}
