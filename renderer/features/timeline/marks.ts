import type { MarkLook } from './bars.ts';
import type { EndMarker } from './layout.ts';
import { type Scale, xOf } from './scale.ts';

export const MARK_RADIUS = 5;
/** Pixels that a mark takes: nearer ones of a kind are drawn as one, others beside each other. */
const ROOM = 14;

/** Marks of one kind that are drawn as one; never empty. */
export interface MarkGroup {
  /** Pixels right of the gutter. */
  x: number;
  look: MarkLook;
  marks: EndMarker[];
}

/**
 * The marks of a row as they are drawn in `width` pixels, from left to right: a thousand tasks that are kept are one mark.
 * They are grouped from the row's first mark on, so no ring changes or moves against another while one pans.
 *
 * @param marks all of the row, in the order of time
 */
export function groupsOf(marks: readonly EndMarker[], scale: Scale, width: number): MarkGroup[] {
  const left = xOf(scale, 0);
  return groupedFromStart(marks, scale.msPerPx)
    .map((group) => ({ ...group, x: left + group.x }))
    .filter(({ x }) => x > -MARK_RADIUS && x < width + MARK_RADIUS);
}

/** `x` in pixels right of the run's start. */
function groupedFromStart(marks: readonly EndMarker[], msPerPx: number): MarkGroup[] {
  const groups: MarkGroup[] = [];
  const latest = new Map<MarkLook, MarkGroup>();
  for (const mark of marks) {
    // Whole, also at the very beginning.
    const x = Math.max(MARK_RADIUS + 1, mark.t / msPerPx);
    const near = latest.get(mark.look);
    if (near && x < near.x + ROOM) near.marks.push(mark);
    else {
      const free = (groups.at(-1)?.x ?? Number.NEGATIVE_INFINITY) + ROOM;
      const group = { x: Math.max(x, free), look: mark.look, marks: [mark] };
      groups.push(group);
      latest.set(mark.look, group);
    }
  }
  return groups;
}
