import type { EventDraft } from '../../run/events.ts';
import type { AttemptResult } from '../../run/turn-state.ts';
import type { SimulatedLimits } from './limited-calls.ts';

/**
 * A step of a turn between its start and its end: it works, calls a model (and waits for the permit, if calls are
 * limited), acquires a lease (and waits for it), or releases one.
 */
export type Step =
  | { kind: 'work'; ms: number }
  | { kind: 'call'; ms: number; agent: string; tokens: number }
  | { kind: 'take'; resource: string; holder: string }
  | { kind: 'give'; resource: string; holder: string };

/** One turn of a task: its steps, and how it ends. */
export interface TurnPlan {
  steps: readonly Step[];
  /** The part of its work, in milliseconds, in which its calls waited for a permit of the rate limiter. */
  permitMs: number;
  /** Milliseconds that it spent in calls, by model and by tool. */
  modelMs: ReadonlyMap<string, number>;
  toolMs: ReadonlyMap<string, number>;
  result: AttemptResult;
  /** Milliseconds from its end until the next attempt may start; null if none follows. */
  retryMs: number | null;
  rateLimited: boolean;
}

export interface TaskPlan {
  /** By the turn's name (null for the only turn of a plain task), in the order of their starts. */
  turns: ReadonlyMap<string | null, readonly TurnPlan[]>;
  /** The length of the cache lookup, and whether it is a hit. */
  lookup: { ms: number; found: boolean };
  /** Answers of people, in order. */
  reviews: readonly { ms: number; answer: 'approved' | 'edited' | 'sent_back' }[];
  /** Milliseconds from its outcome to its recorded end. */
  recordMs: number;
  /** Whether the manager chose it. */
  assignedTo: string | null;
}

/** An event that no task causes, and its time. */
export interface External {
  t: number;
  event: EventDraft;
}

/** A run for a replay in virtual time by the run's own scheduler. Times are whole milliseconds without pauses. */
export interface ReplayPlan {
  ranks: Readonly<Record<string, number>>;
  /** The number of slots at the start. */
  slots: number;
  /** In time order: slots that become ready or end, changes of the number of slots, throttled agents, pauses. */
  external: readonly External[];
  /** Tasks that the run executed or looked up. All others take no slot and no time. */
  tasks: ReadonlyMap<string, TaskPlan>;
  /** Capacities that replace the file's, by pool; `SEQUENTIAL_LANE` for the sequential lane. */
  capacities: Readonly<Record<string, number>>;
  /** The limits of model calls; null: none, or the waits for permits are part of the work. */
  limits: SimulatedLimits | null;
}
