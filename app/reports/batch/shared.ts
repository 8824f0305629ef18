import type { Crew } from '../../../shared/crew/schema.ts';
import { peakOf, unitTime } from '../../../shared/figures/resources.ts';
import type { TaskFigures } from '../../../shared/figures/task-figures.ts';
import { type SharedCapacity, sharedCapacities } from '../../../shared/run/allocations.ts';
import type { Interval } from '../../../shared/run/intervals.ts';
import type { RunState } from '../../../shared/run/state.ts';

interface Named {
  name: string;
  /** A declared pool, or the turns that an agent may run at once. */
  kind: 'pool' | 'agent';
  capacity: number;
  /** How often and how long tasks waited for it before they started. */
  waits: number;
  waitMs: number;
}

/** One row's use of something that all rows share, in batch time. */
export interface SharedUse extends Named {
  allocations: (Interval & { units: number })[];
}

/** The use of it by all rows together. */
export interface SharedFigures extends Named {
  /** The highest number of units in use at once. */
  peak: number;
  /** Units in use, averaged over the makespan; null if the makespan is 0. */
  mean: number | null;
  /** The lower bound of the batch that follows from it. */
  boundMs: number;
}

/** @param inBatch converts run time of the row to batch time */
export function sharedUses(
  crew: Crew,
  state: RunState,
  tasks: readonly TaskFigures[],
  inBatch: (t: number) => number,
): SharedUse[] {
  const { pools, agents } = sharedCapacities(crew, state, state.t);
  const heldOf = (kind: SharedUse['kind'], name: string, { capacity, allocations }: SharedCapacity): SharedUse => {
    const waits = waitsFor(tasks, name);
    return {
      name,
      kind,
      capacity,
      waits: waits.length,
      waitMs: waits.reduce((sum, ms) => sum + ms, 0),
      allocations: allocations.map(({ start, end, units }) => ({
        start: inBatch(start),
        end: inBatch(start) + end - start,
        units,
      })),
    };
  };
  const declared = crew.pools.flatMap(({ name }) => {
    const pool = pools.get(name);
    return pool ? [heldOf('pool', name, pool)] : [];
  });
  return [...declared, ...[...agents].map(([name, agent]) => heldOf('agent', name, agent))];
}

export function sharedFigures(rows: readonly { shared: readonly SharedUse[] }[], makespanMs: number): SharedFigures[] {
  const all = new Map<string, SharedUse[]>();
  for (const use of rows.flatMap(({ shared }) => shared)) {
    const known = all.get(use.name);
    if (known) known.push(use);
    else all.set(use.name, [use]);
  }
  return [...all.values()].flatMap((uses) => {
    const [first] = uses;
    if (!first) return [];
    const allocations = uses.flatMap((use) => use.allocations);
    const unitMs = unitTime(allocations);
    return {
      name: first.name,
      kind: first.kind,
      capacity: first.capacity,
      peak: peakOf(allocations),
      mean: makespanMs === 0 ? null : unitMs / makespanMs,
      waits: uses.reduce((sum, { waits }) => sum + waits, 0),
      waitMs: uses.reduce((sum, { waitMs }) => sum + waitMs, 0),
      boundMs: Math.ceil(unitMs / first.capacity),
    };
  });
}

function waitsFor(tasks: readonly TaskFigures[], name: string): number[] {
  return tasks.flatMap(({ segments }) =>
    segments.flatMap((piece) => {
      const isFor = piece.kind === 'waiting' && piece.reason === 'resource' && piece.blocker === name;
      return isFor && piece.end > piece.start ? [piece.end - piece.start] : [];
    }),
  );
}
