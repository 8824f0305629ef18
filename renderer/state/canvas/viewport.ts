import type { Crew } from '../../../shared/crew/schema.ts';
import { memoized } from '../../../shared/memoized.ts';
import { nodePositions } from './node-positions.ts';
import { type Box, boxAround, boxOf, frameAround, overlap, type Point } from './sizes.ts';

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

/** The rectangle around all nodes and groups of a crew; null if there are none. */
export const boundsOf = memoized((crew: Crew): Box | null => {
  const boxes = new Map([...nodePositions(crew)].map(([key, at]) => [key, boxOf(key, at)]));
  const frames = crew.layout.groups.flatMap(
    ({ nodes }) => frameAround(nodes.flatMap((key) => boxes.get(key) ?? [])) ?? [],
  );
  return boxAround([...boxes.values(), ...frames]);
});

/** Small enough to show a hundred layers of a large crew at once. */
export const MIN_ZOOM = 0.01;
const MAX_FIT = 1;
/** A crew that needs a smaller zoom is shown at this zoom, from its beginning: texts cannot be read below it. */
const READABLE_FIT = 0.7;
/** A crew that needs a smaller zoom than this is shown as a whole, as an overview. */
const OVERVIEW_FIT = 0.35;

/** Returns the viewport that shows a part of the canvas with a padding, in pixels, at no more than its full size. */
export function fittingViewport(bounds: Box, { width, height }: Pick<Box, 'width' | 'height'>, padding: number) {
  const room = { width: Math.max(1, width - 2 * padding), height: Math.max(1, height - 2 * padding) };
  const whole = Math.min(MAX_FIT, room.width / bounds.width, room.height / bounds.height);
  const zoom = whole >= OVERVIEW_FIT ? Math.max(whole, READABLE_FIT) : Math.max(whole, MIN_ZOOM);
  return {
    x: padding + Math.max(0, room.width - bounds.width * zoom) / 2 - bounds.x * zoom,
    y: padding + Math.max(0, room.height - bounds.height * zoom) / 2 - bounds.y * zoom,
    zoom,
  };
}
