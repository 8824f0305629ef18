import type { Crew } from '../../../shared/crew/schema.ts';
import { type Box, boxOf, overlap, type Point } from './sizes.ts';

/** Above this number of nodes, React Flow receives only the visible nodes, and the overview paints all of them. */
const LARGE = 1000;

/** Whether a crew is too large for the canvas to draw all of its nodes as elements. */
export function isLarge({ tasks, agents }: Crew): boolean {
  return tasks.length + agents.length > LARGE;
}

/** The viewport as in React Flow: the position of the origin on the screen, in pixels, and the zoom. */
export type Transform = readonly [x: number, y: number, zoom: number];

/** A rectangle of the screen in canvas coordinates. */
export function onCanvas([x, y, zoom]: Transform, rect: Box): Box {
  return { x: (rect.x - x) / zoom, y: (rect.y - y) / zoom, width: rect.width / zoom, height: rect.height / zoom };
}

/**
 * The visible part of the canvas with a margin, in coarse steps, so that it stays the same while the view moves a
 * little.
 */
export function visibleAreaOf(transform: Transform, width: number, height: number): Box {
  const seen = onCanvas(transform, { x: 0, y: 0, width, height });
  const [left, right] = widened(seen.x, seen.width);
  const [top, bottom] = widened(seen.y, seen.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function widened(from: number, length: number): [number, number] {
  const step = 2 ** Math.floor(Math.log2(Math.max(1, length) / 4));
  const ground = Math.floor((from - step / 4) / step) * step;
  return [ground, Math.ceil((from + length + step / 4) / step) * step];
}

/** The nodes that overlap a part of the canvas. */
export function keysIn(positions: ReadonlyMap<string, Point>, part: Box): string[] {
  const found: string[] = [];
  for (const [key, at] of positions) if (overlap(boxOf(key, at), part)) found.push(key);
  return found;
}

/** The rectangle around all nodes; null if there are none. */
export function boundsOf(positions: ReadonlyMap<string, Point>): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [key, at] of positions) {
    const { x, y, width, height } = boxOf(key, at);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return right < left ? null : { x: left, y: top, width: right - left, height: bottom - top };
}
