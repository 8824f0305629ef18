import type { EndMarker, Track } from './layout.ts';
import { groupsOf, MARK_RADIUS, type MarkGroup } from './marks.ts';
import { BAR_INSET, GUTTER, ROW } from './metrics.ts';
import { xOf } from './scale.ts';
import type { Scene } from './scene.ts';
import { fitted, widthOf } from './text.ts';

type Ctx = CanvasRenderingContext2D;

const DIMMED = 0.22;
/** Between a mark and its words. */
const GAP = 5;

/** Draws what of a row ended without a turn: each a ring, dotted for a result that is whole, crossed out for none. */
export function paintMarks(ctx: Ctx, scene: Scene, track: Track, y: number): void {
  const width = scene.viewport.width - GUTTER;
  const groups = groupsOf(track.marks, scene.scale, width);
  for (const [at, group] of groups.entries()) {
    ctx.globalAlpha = group.marks.every(({ task }) => scene.dimmed(task)) ? DIMMED : 1;
    paintMark(ctx, scene, group, y);
    const before = track.bars.length > 0 ? group.x : (groups[at - 1]?.x ?? 0);
    const after = groups[at + 1]?.x ?? width;
    const taken = 2 * MARK_RADIUS + GAP;
    paintWords(ctx, scene, group, y, { before: group.x - before - taken, after: after - group.x - taken });
  }
}

function paintMark(ctx: Ctx, scene: Scene, { x, look }: MarkGroup, y: number): void {
  const isWhole = look === 'cached' || look === 'kept';
  const [left, middle] = [GUTTER + x, y + ROW / 2];
  ctx.strokeStyle = scene.palette.marks[look];
  ctx.lineWidth = 1.6;
  if (isWhole) ctx.setLineDash([2, 2]);
  ctx.beginPath();
  ctx.arc(left, middle, MARK_RADIUS, 0, Math.PI * 2);
  if (!isWhole && look !== 'degraded') {
    ctx.moveTo(left - 3.5, middle + 3.5);
    ctx.lineTo(left + 3.5, middle - 3.5);
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

/** Pixels that are free beside a mark. */
interface Room {
  before: number;
  after: number;
}

/** How many there are; of one its name, where the lane does not say it. Before the mark where they fit only there. */
function paintWords(ctx: Ctx, { layout, palette }: Scene, group: MarkGroup, y: number, room: Room): void {
  const text = group.marks.length > 1 ? `${group.marks.length} ${lookText(group.look)}` : nameOf(group.marks);
  if (text === null || (group.marks.length === 1 && layout.by === 'task')) return;
  ctx.font = `11px ${palette.font}`;
  ctx.fillStyle = palette.muted;
  const width = widthOf(ctx, text);
  const isBefore = width > room.after && width <= room.before;
  const x = isBefore ? group.x - MARK_RADIUS - GAP - width : group.x + MARK_RADIUS + GAP;
  ctx.fillText(isBefore ? text : fitted(ctx, text, room.after), GUTTER + x, y + ROW / 2 + 0.5);
}

function nameOf([mark]: readonly EndMarker[]): string | null {
  return mark ? `${mark.task}, ${lookText(mark.look)}` : null;
}

function lookText(look: EndMarker['look']): string {
  return look.replace('_', ' ');
}

/** The end of a process: a cross on the lane's foot, on a ground of its own so that it is seen on a bar. */
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
