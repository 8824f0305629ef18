import type { MarkLook } from './bars.ts';
import type { Mark } from './layout.ts';
import { type Scale, xOf } from './scale.ts';

export const MARK_RADIUS = 5;
/** Pixels that a mark takes: nearer ones of a kind are drawn as one, others beside each other. */
const ROOM = 14;

/** Marks of one kind that are drawn as one; never empty. */
export interface MarkGroup {
  /** Pixels right of the gutter. */
  x: number;
  look: MarkLook;
  marks: Mark[];
}

/** Marks between two times as they are drawn, from left to right: a thousand tasks that are kept are one mark. */
export function groupsOf(marks: readonly Mark[], scale: Scale, from: number, to: number): MarkGroup[] {
  const groups: MarkGroup[] = [];
  const latest = new Map<MarkLook, MarkGroup>();
  for (const mark of marks) {
    if (mark.t < from || mark.t > to) continue;
    // Whole, also at the very beginning.
    const x = Math.max(MARK_RADIUS + 1, xOf(scale, mark.t));
    const near = latest.get(mark.look);
    if (near && x < near.x + ROOM) near.marks.push(mark);
    else {
      const left = (groups.at(-1)?.x ?? Number.NEGATIVE_INFINITY) + ROOM;
      const group = { x: Math.max(x, left), look: mark.look, marks: [mark] };
      groups.push(group);
      latest.set(mark.look, group);
    }
  }
  return groups;
}
