import { memoized } from '../../../shared/memoized.ts';
import type { Prediction } from '../../../shared/run/events.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { laneLabel } from './bars.ts';

/** A prediction of a task. `label` is set only if no bar has it. */
export interface Outline {
  task: string;
  start: number;
  end: number;
  label: string | null;
}

type Tasks = Prediction['tasks'];
type Place = Tasks[string];

/** The predictions of the turns of a task. */
export function turnsOf(place: Place): readonly Pick<Place, 'start_ms' | 'end_ms' | 'slot'>[] {
  return place.turns ? Object.values(place.turns) : [place];
}

/** The variants of one outline: before the task starts or ends, and after. */
interface Pair {
  named: Outline;
  plain: Outline;
}

/**
 * The slots of a prediction and their outlines, in order of time. Memoized: a prediction does not change during a run,
 * but the lanes are laid out again after every few events.
 */
const bySlot = memoized(sorted);

function sorted(predicted: Tasks): ReadonlyMap<number, Pair[]> {
  const slots = new Map<number, Pair[]>();
  for (const [task, place] of Object.entries(predicted)) {
    for (const { start_ms: start, end_ms: end, slot } of turnsOf(place)) {
      const plain: Outline = { task, start, end, label: null };
      const pair = { named: { ...plain, label: laneLabel(task) }, plain };
      const row = slots.get(slot);
      if (row) row.push(pair);
      else slots.set(slot, [pair]);
    }
  }
  for (const row of slots.values()) row.sort((a, b) => a.plain.start - b.plain.start);
  return slots;
}

/** The highest slot that a prediction uses; 0 where it uses none. */
export function predictedSlots(predicted: Tasks): number {
  return Math.max(0, ...bySlot(predicted).keys());
}

/** The predictions in a slot, in order of time. */
export function outlinesIn(slot: number, predicted: Tasks, state: RunState): Outline[] {
  const pairs = bySlot(predicted).get(slot) ?? [];
  return pairs.map(({ named, plain }) => {
    const task = state.tasks.get(plain.task);
    return task && task.turns.length === 0 && task.endedAt === null ? named : plain;
  });
}
