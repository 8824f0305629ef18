import type { Crew } from '../project/schema.ts';
import type { EventDraft, RunEvent } from '../run/events.ts';
import { applyToBoard, begin } from './apply.ts';
import { type Candidate, candidates, decide } from './decide.ts';
import { turnRefKey } from './lease-queues.ts';
import type { UnitDemand } from './pools.ts';
import { type SchedulerSnapshot, snapshotOf } from './snapshot.ts';
import { newBoard, type SchedulerState, skipSettled, taskNamed } from './state.ts';
import { contextResults } from './tasks.ts';
import { nextPromotion } from './turns.ts';
import { type WaitGraph, waitGraphOf, wouldDeadlock } from './wait-cycles.ts';

/** An event with its run time; its number in the journal does not matter here. */
export type TimedEvent = EventDraft & { t: number };

/** A row of a batch and what it shares with the others: declared pools and the turns of limited agents, by name. */
export interface SharedDemand {
  /** Units in use. */
  readonly has: readonly UnitDemand[];
  /** What it would start, the best first. */
  readonly wishes: readonly Candidate[];
  /** What running turns wait for by a tool, one unit each, the first come first. */
  readonly leases: readonly { id: string; pool: string }[];
}

/**
 * Decides what a run does and when: which task starts where, what follows from an end, when all is over. Decisions are
 * events. `apply` is the only thing that changes it, so a fresh one that is fed with a journal decides as the first did;
 * it reads no clock and draws no lots. One event or decision costs O(log n) and the tasks that it touches.
 *
 * The user of it asks `next` after every event until it answers null, and each time stamps the decision, journals it,
 * applies it and carries it out. `task.assigned`, `cache.missed`, `task.completed` (out of the cache, or after an attempt
 * that ended `ok`), `retry_at` of a failed attempt and every `slot.…` and `run.…` event but `run.finished` are the user's
 * to say.
 */
export class Scheduler {
  readonly #state: SchedulerState;

  /** `project` is valid. `lane`: how many synchronous tasks may run at once; other than 1 only for what-if simulations. */
  constructor(project: Crew, { lane = 1 }: { lane?: number } = {}) {
    this.#state = newBoard(project, lane);
  }

  /** Takes what happened into account. Times never go back. */
  apply(event: RunEvent | TimedEvent): void {
    this.applyAt(event, event.t);
  }

  /** As `apply`, for an event that has no time of its own. */
  applyAt(event: EventDraft, t: number): void {
    applyToBoard(this.#state, event, t);
    skipSettled(this.#state);
  }

  /** What `run.started` says: ranks (higher first) and the number of slots. For a simulation, which has no such event. */
  begin(ranks: Readonly<Record<string, number>>, slots: number): void {
    begin(this.#state, ranks, slots);
  }

  /** The next thing to do at run time `t`, or null. Asking changes nothing that can be seen. */
  next(t: number): EventDraft | null {
    return decide(this.#state, t);
  }

  /**
   * A row of a batch: what it has of what the rows share, and what it would take of it at run time `t`. What has to be
   * said first (`next`) has been said.
   */
  sharing(t: number): SharedDemand {
    const { pools, leases } = this.#state;
    const asked = leases.waitingForShared().map(({ id, resource }) => ({ id, pool: resource }));
    return { has: pools.sharedUsage(), wishes: candidates(this.#state, t), leases: asked };
  }

  /** The next run time at which `next` may have something; null: only an event can bring it. */
  wakeAt(): number | null {
    const { phase, stopping, overBudget } = this.#state;
    return phase === 'running' && !stopping && !overBudget ? nextPromotion(this.#state) : null;
  }

  /**
   * A person stops the run: nothing new starts, what has not ended and does not run is cancelled, what runs when its
   * turns have ended (the user cancels them). In a journal the first `task.cancelled` says the same.
   */
  stop(): void {
    this.#state.stopping = true;
  }

  /** What the `task.completed` of a task whose context has ended says: `missing` are those that gave no result. */
  completionFlags(task: string): { degraded: boolean; missing: readonly string[] } {
    const found = taskNamed(this.#state, task);
    if (!found) return { degraded: false, missing: [] };
    const { degraded, missing } = contextResults(this.#state, found);
    return { degraded: degraded || missing.length > 0, missing };
  }

  /** Whether a task's turns have given its result, and it is the user's to say so: no review of it is open. */
  isAnswered(task: string): boolean {
    return taskNamed(this.#state, task)?.phase === 'answered';
  }

  /**
   * Whether a running turn that waited for `resource` would wait for ever: everyone who could give a unit back waits,
   * in the end, for it.
   */
  wouldCircle(request: { task: string; attempt: number; turn?: string | undefined; resource: string }): boolean {
    return wouldDeadlock(this.waits(), { owner: turnRefKey(request), resource: request.resource });
  }

  /** Which running turns wait for which resources, and who has them. */
  waits(): WaitGraph {
    return waitGraphOf(this.#state);
  }

  snapshot(): SchedulerSnapshot {
    return snapshotOf(this.#state);
  }
}
