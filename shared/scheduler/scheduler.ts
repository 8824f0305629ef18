import type { Crew } from '../crew/schema.ts';
import type { EventDraft, RunEvent } from '../run/events.ts';
import { applyToState } from './apply.ts';
import { begin } from './begin.ts';
import { contextResults } from './context-results.ts';
import { type Candidate, candidates, decide } from './decide.ts';
import { skipSettled } from './due.ts';
import { needsCondition, needsUntil } from './endings.ts';
import { type Work, workOf } from './expand.ts';
import { turnRefKey } from './lease-queues.ts';
import type { UnitDemand } from './pools.ts';
import { type SchedulerSnapshot, snapshotOf } from './snapshot.ts';
import { newSchedulerState, type SchedulerState, taskNamed } from './state.ts';
import { nextPromotion } from './turns.ts';
import { type WaitGraph, waitGraphOf, wouldDeadlock } from './wait-cycles.ts';

/** An event with its run time, without its number in the journal. */
export type TimedEvent = EventDraft & { t: number };

/** The demand of a run with granted slots for what is granted: slots, declared pools and the turns of limited agents. */
export interface SharedDemand {
  /** Units in use. */
  readonly has: readonly UnitDemand[];
  /** The turns that it would start, best first. */
  readonly candidates: readonly Candidate[];
  /** The requests of running turns for a lease, one unit each, in order. */
  readonly leases: readonly { id: string; pool: string }[];
}

/**
 * Decides what a run does and when: which turn starts in which slot, what follows from its end, and when the run is
 * finished. Decisions are events. Only `apply` changes the state, so a new scheduler that replays a journal makes the
 * same decisions. It uses no clock and no randomness. One event or decision costs O(log n) plus the tasks that it
 * affects.
 *
 * The caller calls `next` after every event until it returns null, and each time stamps the decision, journals it,
 * applies it and executes it. The caller itself emits `task.assigned`, `cache.missed`, `task.completed` (from the
 * cache, or after an attempt that ended `ok`), `retry_at` of a failed attempt, and every `slot.…` and `run.…` event
 * except `run.finished`.
 */
export class Scheduler {
  readonly #state: SchedulerState;

  /**
   * `crew` must be valid. `lane`: the number of synchronous tasks that may run at once; not 1 only in what-if
   * simulations.
   */
  constructor(crew: Crew, { lane = 1 }: { lane?: number } = {}) {
    this.#state = newSchedulerState(crew, lane);
  }

  /** Applies an event. Times never decrease. */
  apply(event: RunEvent | TimedEvent): void {
    this.applyAt(event, event.t);
  }

  /** Like `apply`, for an event without a time. */
  applyAt(event: EventDraft, t: number): void {
    applyToState(this.#state, event, t);
    skipSettled(this.#state);
  }

  /**
   * Applies the content of `run.started`, ranks (higher first) and the number of slots, in a simulation, which has no
   * such event.
   */
  begin(ranks: Readonly<Record<string, number>>, slots: number): void {
    begin(this.#state, ranks, slots, 'own');
  }

  /** Returns the next decision at run time `t`, or null. Changes nothing observable. */
  next(t: number): EventDraft | null {
    return decide(this.#state, t);
  }

  /**
   * Returns the tasks that the caller must expand or join now, in order. Call it before `next`: what follows from the
   * work comes before other decisions.
   */
  work(): Work[] {
    return workOf(this.#state);
  }

  /** Whether the failure of another instance ends this task: its running turns must be cancelled. */
  isAbandoned(task: string): boolean {
    const found = taskNamed(this.#state, task);
    return found !== undefined && found.abandonedBy !== null && found.phase !== 'ended';
  }

  /**
   * Returns the granted units that the run uses, and the demand that it has at run time `t`. Call it after `next` has
   * returned null.
   */
  sharing(t: number): SharedDemand {
    const { pools, leases } = this.#state;
    const asked = leases.waitingForShared().map(({ id, resource }) => ({ id, pool: resource }));
    return { has: pools.sharedUsage(), candidates: candidates(this.#state, t), leases: asked };
  }

  /** Returns the next run time at which `next` may return a decision without a further event, or null. */
  wakeAt(): number | null {
    const { phase, stopping, overBudget } = this.#state;
    return phase === 'running' && !stopping && !overBudget ? nextPromotion(this.#state) : null;
  }

  /**
   * Stops the run: nothing new starts, pending tasks are cancelled, and running tasks are cancelled when their turns
   * have ended (the caller cancels the turns). In a journal, the first `task.cancelled` has the same effect.
   */
  stop(): void {
    this.#state.stopping = true;
  }

  /**
   * Returns fields of `task.completed` for a task whose context has ended; `missing` are the tasks without a result.
   */
  completionFlags(task: string): { degraded: boolean; missing: readonly string[] } {
    const found = taskNamed(this.#state, task);
    if (!found) return { degraded: false, missing: [] };
    const { degraded, missing } = contextResults(this.#state, found);
    return { degraded: degraded || missing.length > 0, missing };
  }

  /**
   * Returns the tasks whose `when` must be evaluated, in declared order. The caller evaluates
   * it and emits `task.condition`.
   */
  conditions(): readonly string[] {
    const open = [...this.#state.conditional].filter((task) => needsCondition(this.#state, task));
    return open.map(({ graph }) => graph.name);
  }

  /** Returns the loops whose `until` must be evaluated, by the task that ends them. The caller emits `task.condition`. */
  untils(): readonly string[] {
    const open = this.#state.parents.filter((task) => needsUntil(this.#state, task));
    return open.map(({ graph }) => graph.name);
  }

  /** Whether a task has its result and no open review, so that the caller must emit `task.completed`. */
  isAnswered(task: string): boolean {
    return taskNamed(this.#state, task)?.phase === 'answered';
  }

  /**
   * Whether a running turn that waits for `resource` would cause a deadlock: every turn that could release a unit
   * waits, directly or indirectly, for it.
   */
  wouldDeadlock(request: { task: string; attempt: number; turn?: string | undefined; resource: string }): boolean {
    return wouldDeadlock(this.waits(), { owner: turnRefKey(request), resource: request.resource });
  }

  /** Returns which running turns wait for which pools, and which turns have their units. */
  waits(): WaitGraph {
    return waitGraphOf(this.#state);
  }

  snapshot(): SchedulerSnapshot {
    return snapshotOf(this.#state);
  }
}
