import type { Crew } from '../crew/schema.ts';
import { allocationIntervals, unitsOf } from '../run/allocations.ts';
import type { ResourceState } from '../run/resource-state.ts';
import type { SlotExit } from '../run/slot-state.ts';
import type { RunState } from '../run/state.ts';
import type { TaskFigures } from './task-figures.ts';
import type { TimeFigures } from './time.ts';

export interface PoolFigures {
  pool: string;
  capacity: number;
  /** Whether the crew file declares the pool, rather than a tool created or used it first. */
  declared: boolean;
  /** Leases granted to tools, and attempts of tasks that declare the pool. */
  uses: number;
  peak: number;
  /** Units in use, averaged over the makespan. */
  mean: number;
  /** Waits longer than 0 ms: of tools in the queue, and of tasks that declare the pool. */
  waits: number;
  waitMs: number;
  longestQueue: number;
  timeouts: number;
  reclaimed: number;
}

export interface SlotFigures {
  slot: number;
  turns: number;
  busyMs: number;
  /** Mean and peak of the samples, percent of one core; null without samples. */
  meanCpu: number | null;
  peakCpu: number | null;
  peakMemoryBytes: number;
  /** Unexpected and forced ends of processes: crashed, over the memory limit, still running past the deadline. */
  exits: SlotExit[];
  /** The number of `exits` after which another process took the slot. */
  restarts: number;
}

/** Returns all pools of the crew file and all resources that a tool created or used. */
export function poolFigures(
  crew: Crew,
  state: RunState,
  now: number,
  tasks: readonly TaskFigures[],
  time: TimeFigures,
): PoolFigures[] {
  return [...state.resources.values()].map((resource) => {
    const uses = usesOf(crew, state, resource, now);
    const queued = resource.leases
      .map(({ requestedAt, acquiredAt, releasedAt }) => ({
        start: requestedAt,
        end: acquiredAt ?? releasedAt ?? now,
        units: 1,
      }))
      .filter(({ start, end }) => end > start);
    const parked = tasks.flatMap((task) =>
      task.segments.filter((piece) => {
        return piece.kind === 'waiting' && piece.reason === 'resource' && piece.blocker === resource.name;
      }),
    );
    const waiting = [...queued, ...parked.map(({ start, end }) => ({ start, end, units: 1 }))];
    return {
      pool: resource.name,
      capacity: resource.capacity,
      declared: resource.declared,
      uses: uses.length,
      peak: peakOf(uses),
      mean: time.makespanMs === 0 ? 0 : unitTime(uses) / time.makespanMs,
      waits: waiting.length,
      waitMs: unitTime(waiting),
      longestQueue: peakOf(waiting),
      timeouts: resource.leases.filter((lease) => lease.timedOut).length,
      reclaimed: resource.leases.filter((lease) => lease.reclaimed).length,
    };
  });
}

/** Returns each slot that was ever started. */
export function slotFigures(state: RunState, now: number): SlotFigures[] {
  const slots = [...state.slots.values()].sort((a, b) => a.slot - b.slot);
  const samples = bySlot(state.samples.flatMap((sample) => sample.slots));
  const ran = bySlot(state.turns);
  return slots.map(({ slot, peakMemoryBytes, exits }) => {
    const cpu = (samples.get(slot) ?? []).map((sample) => sample.cpu_percent);
    const turns = ran.get(slot) ?? [];
    const ended = exits.filter(({ reason }) => reason !== 'ended');
    return {
      slot,
      turns: turns.length,
      busyMs: turns.reduce((sum, { start, end }) => sum + Math.max(0, (end ?? now) - start), 0),
      meanCpu: cpu.length === 0 ? null : cpu.reduce((sum, percent) => sum + percent, 0) / cpu.length,
      peakCpu: cpu.length === 0 ? null : cpu.reduce((most, percent) => Math.max(most, percent), 0),
      peakMemoryBytes,
      exits: ended,
      restarts: ended.filter(({ replaced }) => replaced).length,
    };
  });
}

function bySlot<Item extends { slot: number }>(items: readonly Item[]): ReadonlyMap<number, readonly Item[]> {
  const found = new Map<number, Item[]>();
  for (const item of items) {
    const known = found.get(item.slot);
    if (known) known.push(item);
    else found.set(item.slot, [item]);
  }
  return found;
}

interface Use {
  start: number;
  end: number;
  units: number;
}

function usesOf(crew: Crew, state: RunState, { name, leases }: ResourceState, now: number): Use[] {
  const leased = leases.flatMap(({ acquiredAt, releasedAt }) =>
    acquiredAt === null ? [] : [{ start: acquiredAt, end: releasedAt ?? now, units: 1 }],
  );
  const declared = crew.tasks.flatMap((task) => {
    const units = unitsOf(task.resources, name);
    const done = state.tasks.get(task.name);
    return units === 0 || !done ? [] : allocationIntervals(state, done, now).map((held) => ({ ...held, units }));
  });
  return [...declared, ...leased];
}

/** Returns the sum of units × milliseconds. */
export function unitTime(uses: readonly Use[]): number {
  return uses.reduce((sum, { start, end, units }) => sum + units * Math.max(0, end - start), 0);
}

/** The maximum number of units at once. A unit that is released as another is taken does not count twice. */
export function peakOf(uses: readonly Use[]): number {
  const changes = uses
    .flatMap(({ start, end, units }) => [
      { t: start, by: units },
      { t: end, by: -units },
    ])
    .sort((a, b) => a.t - b.t || a.by - b.by);
  let used = 0;
  let peak = 0;
  for (const { by } of changes) {
    used += by;
    peak = Math.max(peak, used);
  }
  return peak;
}
