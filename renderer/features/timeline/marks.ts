import type { MarkStyle } from './bars.ts';
import type { EndMarker } from './layout.ts';
import { type Scale, xOf } from './scale.ts';

export const MARK_RADIUS = 5;
/** The width of a marker in pixels: closer markers of one kind are drawn as one, others next to each other. */
const ROOM = 14;

/** Markers of one kind that are drawn as one; never empty. */
export interface MarkGroup {
  /** Pixels right of the gutter. */
  x: number;
  style: MarkStyle;
  marks: EndMarker[];
}

/**
 * The markers of a track as drawn in `width` pixels, from left to right: a thousand reused tasks are one marker.
 * Grouping starts at the first marker of the track, so that panning neither changes a ring nor moves it relative to
 * others.
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
  const latest = new Map<MarkStyle, MarkGroup>();
  for (const mark of marks) {
    // Complete, also at the start of the run.
    const x = Math.max(MARK_RADIUS + 1, mark.t / msPerPx);
    const near = latest.get(mark.style);
    if (near && x < near.x + ROOM) near.marks.push(mark);
    else {
      const free = (groups.at(-1)?.x ?? Number.NEGATIVE_INFINITY) + ROOM;
      const group = { x: Math.max(x, free), style: mark.style, marks: [mark] };
      groups.push(group);
      latest.set(mark.style, group);
    }
  }
  return groups;
}
