import { countOf, formatDuration, formatNumber } from './format.ts';
import type { Scaling } from './what-if.ts';

/** A recommendation of fewer slots must not cost more than this share of the makespan. */
const SAME_MAKESPAN = 0.01;

/** Whether another number of slots is better: a faster one, or a smaller one with the same makespan. */
export function slotsAdvised(scaling: Scaling, slots: number): 'same' | 'fewer' | 'more' {
  if (scaling.recommended > slots) return savedBySlots(scaling, slots) > 0 ? 'more' : 'same';
  const takesAsLong = -savedBySlots(scaling, slots) <= makespanAt(scaling, slots) * SAME_MAKESPAN;
  return scaling.recommended < slots && takesAsLong ? 'fewer' : 'same';
}

/** Returns the time that the recommended number of slots saves in the simulation; negative if it takes longer. */
export function savedBySlots(scaling: Scaling, slots: number): number {
  return makespanAt(scaling, slots) - makespanAt(scaling, scaling.recommended);
}

/** Returns the recommended number of slots as the end of a line. */
export function recommendedText(scaling: Scaling, slots: number): string {
  const at = (count: number) => formatDuration(makespanAt(scaling, count));
  const { recommended } = scaling;
  switch (slotsAdvised(scaling, slots)) {
    case 'same':
      return `the ${countOf(slots, 'slot')} of this run`;
    case 'fewer':
      return `${countOf(recommended, 'slot')} instead of ${formatNumber(slots)}, in the same time (${at(recommended)})`;
    case 'more':
      return `${countOf(recommended, 'slot')} (${at(recommended)}) instead of ${formatNumber(slots)} (${at(slots)})`;
  }
}

function makespanAt({ points }: Scaling, slots: number): number {
  return points.find((point) => point.slots === slots)?.makespanMs ?? 0;
}
