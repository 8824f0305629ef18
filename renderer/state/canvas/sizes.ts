/** Node sizes in pixels at zoom 1. They are fixed, so that edges and layouts need not measure the page. */
export const TASK_SIZE = { width: 212, height: 58 };
export const AGENT_SIZE = { width: 180, height: 34 };

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

/** Whether a point is in a rectangle or on its edge. */
export function containsPoint(box: Box, { x, y }: { x: number; y: number }): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** Whether two rectangles have an area in common. */
export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
