/** Node sizes in pixels at zoom 1. They are fixed, so that edges and layouts need not measure the page. */
export const TASK_SIZE = { width: 192, height: 66 };
export const AGENT_SIZE = { width: 192, height: 42 };

/** The gaps between columns and between rows of nodes that are placed automatically. */
export const GAPS = { column: 72, row: 14 };

export type Point = readonly [number, number];
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The size of a node on the canvas, from its key. */
export function sizeOf(key: string): { width: number; height: number } {
  return key.startsWith('agent:') ? AGENT_SIZE : TASK_SIZE;
}

/** The rectangle of a node with its top left corner at a point. */
export function boxOf(key: string, [x, y]: Point): Box {
  return { x, y, ...sizeOf(key) };
}

const FRAME_PADDING = 16;
/** Room for the title of a group. */
const FRAME_HEAD = 24;

/** The frame of a group around the rectangles of its members; null without members. */
export function frameAround(members: readonly Box[]): Box | null {
  const around = boxAround(members);
  if (around === null) return null;
  const { x, y, width, height } = around;
  return {
    x: x - FRAME_PADDING,
    y: y - FRAME_HEAD,
    width: width + 2 * FRAME_PADDING,
    height: height + FRAME_HEAD + FRAME_PADDING,
  };
}

/** The smallest rectangle around others; null if there are none. */
export function boxAround(boxes: Iterable<Box>): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return right < left ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/** Whether a point is in a rectangle or on its edge. */
export function containsPoint(box: Box, { x, y }: { x: number; y: number }): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** Whether all of a rectangle is in another one. */
export function containsBox(outer: Box, inner: Box): boolean {
  return containsPoint(outer, inner) && containsPoint(outer, { x: inner.x + inner.width, y: inner.y + inner.height });
}

/** Whether two rectangles have an area in common. */
export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
