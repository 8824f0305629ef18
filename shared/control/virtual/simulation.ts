import type { Crew } from '../../crew/schema.ts';
import type { Failure } from '../../run/error-kind.ts';
import type { SimulatedLimits } from './limited-calls.ts';

export interface SimulationOptions {
  /** The number of slots, all ready at 0. */
  slots: number;
  /**
   * The busy time of each task in whole milliseconds, by name (and of `@assignment`); that of a consensual task is
   * divided equally among its turns. A task without an entry takes no slot and no time, like a cache hit.
   */
  durations: Readonly<Record<string, number>>;
  /** As in `run.started`; default: by `durations`. */
  ranks?: Readonly<Record<string, number>>;
  /**
   * Forced waits of a task (backoff, rate limits) in whole milliseconds. The task uses nothing while it waits, and then
   * ends.
   */
  waits?: Readonly<Record<string, number>>;
  /** Capacities that replace the file's, by pool; `SEQUENTIAL_LANE` for the sequential lane. */
  capacities?: Readonly<Record<string, number>>;
  /** Tasks whose results exist from the start. */
  reused?: ReadonlySet<string>;
  /** The agents of tasks that name none; default: the manager. */
  agents?: Readonly<Record<string, string>>;
  /** The limits of model calls; default: none. */
  limits?: SimulatedLimits;
  /**
   * Attempts that fail, by task, in order: those of each of its turns. The engine's rules decide whether and when the
   * next attempt follows. After them, an attempt succeeds.
   */
  failures?: Readonly<Record<string, readonly SimulatedFailure[]>>;
  /** How long a person takes for each review of a task, in whole milliseconds; default: 0. Every review approves. */
  reviewMs?: Readonly<Record<string, number>>;
}

/** An attempt that fails after `ms` milliseconds. Its slot is free again at once, even if its process crashed. */
export interface SimulatedFailure {
  ms: number;
  failure: Failure;
}

/** The sequential lane's name in `SimulationOptions.capacities`. Names of pools cannot contain `@`. */
export const SEQUENTIAL_LANE = '@lane';

export interface Simulation {
  /** The end of the last task, in whole milliseconds. */
  makespan_ms: number;
  /**
   * Start, end and slot (of the first turn) of each task that took a slot. For a task with several turns also theirs,
   * by name.
   */
  tasks: Record<string, Place & { turns?: Record<string, Place> | undefined }>;
}

interface Place {
  start_ms: number;
  end_ms: number;
  slot: number;
}

/** Returns the crew with other capacities for some of its pools. */
export function withCapacities(crew: Crew, capacities: Readonly<Record<string, number>>): Crew {
  if (Object.keys(capacities).length === 0) return crew;
  const pools = crew.pools.map((pool) => ({ ...pool, capacity: capacities[pool.name] ?? pool.capacity }));
  return { ...crew, pools };
}
