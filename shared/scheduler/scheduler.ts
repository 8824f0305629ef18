import type { Project } from '../project/schema.ts';
import type { EventDraft, RunEvent } from '../run/events.ts';
import type { TaskStatus } from '../run/state.ts';
import { type Board, newBoard, type Phase, passSaid, placeTurns, taskNamed } from './board.ts';
import { type WaitGraph, waitGraphOf, wouldCircle } from './circles.ts';
import { decide, type Wish, wishes } from './decide.ts';
import { ownerKey } from './lease-queues.ts';
import type { Need } from './pools.ts';
import {
  askAgain,
  cacheAsked,
  cacheMissed,
  contextResults,
  noteRoots,
  reviewAnswered,
  reviewAsked,
  taskAssigned,
  taskEnded,
  taskReady,
} from './tasks.ts';
import { holdAgent, nextPromotion, releaseAll, turnEnded, turnStarted } from './turns.ts';

/** An event with its run time; its number in the journal does not matter here. */
export type TimedEvent = EventDraft & { t: number };

/** A row of a batch and what it shares with the others: declared pools and the turns of limited agents, by name. */
export interface Sharing {
  /** Units in use. */
  readonly has: readonly Need[];
  /** What it would start, the best first. */
  readonly wishes: readonly Wish[];
  /** What running turns wait for by a tool, one unit each, the first come first. */
  readonly leases: readonly { id: string; pool: string }[];
}

/** What tests and tools compare: all that decisions depend on, as plain values. */
export interface SchedulerSnapshot {
  phase: Board['phase'];
  slots: number;
  running: number;
  pools: Record<string, number>;
  waiting: string[];
  held: string[];
  tasks: Record<string, { phase: Phase; status: TaskStatus; agent: string | null; degraded: boolean; turns: string[] }>;
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
  readonly #board: Board;

  /** `project` is valid. `lane`: how many synchronous tasks may run at once; other than 1 only for what-if simulations. */
  constructor(project: Project, { lane = 1 }: { lane?: number } = {}) {
    this.#board = newBoard(project, lane);
  }

  /** Takes what happened into account. Times never go back. */
  apply(event: RunEvent | TimedEvent): void {
    this.applyAt(event, event.t);
  }

  /** As `apply`, for an event that has no time of its own. */
  applyAt(event: EventDraft, t: number): void {
    this.#take(event, t);
    passSaid(this.#board);
  }

  #take(event: EventDraft, t: number): void {
    const board = this.#board;
    switch (event.type) {
      case 'run.started':
        this.begin(event.ranks, event.settings.slots);
        board.slots.share(event.batch !== undefined);
        return;
      case 'run.resumed':
        board.slots.loseAll();
        board.slots.share(event.batch_ms !== undefined);
        board.pools.letGo();
        board.phase = 'running';
        if (event.batch_ms !== undefined) releaseAll(board);
        askAgain(board, t);
        return;
      case 'run.paused':
        board.phase = 'paused';
        return;
      case 'run.unpaused':
        board.phase = 'running';
        return;
      case 'budget.reached':
        board.overBudget = true;
        return;
      case 'budget.set':
        board.overBudget = false;
        return;
      case 'run.slots':
        board.slots.resize(event.slots);
        return;
      case 'run.interrupted':
        board.phase = 'interrupted';
        return;
      case 'run.finished':
        board.phase = 'finished';
        return;
      case 'slot.ready':
        board.slots.ready(event.slot);
        return;
      case 'slot.started':
      case 'slot.exited':
        board.slots.unready(event.slot);
        return;
      case 'slot.granted':
        board.slots.grant(event.slot, event.for ?? 'any');
        return;
      case 'slot.returned':
        board.slots.giveBack(event.slot);
        return;
      case 'agent.held':
        holdAgent(board, event.agent);
        return;
      case 'agent.freed':
        board.pools.letGo(event.agent);
        return;
      case 'attempt.started':
        turnStarted(board, event);
        return;
      case 'attempt.ended':
        turnEnded(board, event, t);
        return;
      case 'resource.created':
        board.pools.setResource(event.resource, event.capacity);
        return;
      case 'resource.requested':
        board.leases.requested(leaseOf(event));
        return;
      case 'resource.acquired':
        board.leases.acquired(leaseOf(event));
        return;
      case 'resource.timed_out':
        board.leases.timedOut(leaseOf(event));
        return;
      case 'resource.released':
        board.leases.released(event, event.resource, event.holder);
        return;
      case 'task.ready':
      case 'task.assigned':
      case 'task.completed':
      case 'task.failed':
      case 'task.skipped':
      case 'task.not_chosen':
      case 'task.cancelled':
      case 'cache.asked':
      case 'cache.missed':
      case 'review.asked':
      case 'review.answered':
        this.#applyToTask(event);
        return;
      case 'delegation.started':
      case 'delegation.ended':
      case 'vote':
      case 'check':
      case 'llm.call':
      case 'tool.call':
      case 'milestone':
      case 'limiter':
      case 'sample':
      case 'pool.room':
        return;
      default:
        event satisfies never;
    }
  }

  /** What `run.started` says: ranks (higher first) and the number of slots. For a simulation, which has no such event. */
  begin(ranks: Readonly<Record<string, number>>, slots: number): void {
    placeTurns(this.#board, ranks);
    this.#board.slots.resize(slots);
    this.#board.phase = 'running';
    noteRoots(this.#board);
  }

  /** The next thing to do at run time `t`, or null. Asking changes nothing that can be seen. */
  next(t: number): EventDraft | null {
    return decide(this.#board, t);
  }

  /**
   * A row of a batch: what it has of what the rows share, and what it would take of it at run time `t`. What has to be
   * said first (`next`) has been said.
   */
  sharing(t: number): Sharing {
    const { pools, leases } = this.#board;
    const asked = leases.waitingForShared().map(({ id, resource }) => ({ id, pool: resource }));
    return { has: pools.sharedUsage(), wishes: wishes(this.#board, t), leases: asked };
  }

  /** The next run time at which `next` may have something; null: only an event can bring it. */
  wakeAt(): number | null {
    const { phase, stopping, overBudget } = this.#board;
    return phase === 'running' && !stopping && !overBudget ? nextPromotion(this.#board) : null;
  }

  /**
   * A person stops the run: nothing new starts, what has not ended and does not run is cancelled, what runs when its
   * turns have ended (the user cancels them). In a journal the first `task.cancelled` says the same.
   */
  stop(): void {
    this.#board.stopping = true;
  }

  /** What the `task.completed` of a task whose context has ended says: `missing` are those that gave no result. */
  completionFlags(task: string): { degraded: boolean; missing: readonly string[] } {
    const found = taskNamed(this.#board, task);
    if (!found) return { degraded: false, missing: [] };
    const { degraded, missing } = contextResults(this.#board, found);
    return { degraded: degraded || missing.length > 0, missing };
  }

  /** Whether a task's turns have given its result, and it is the user's to say so: no review of it is open. */
  isAnswered(task: string): boolean {
    return taskNamed(this.#board, task)?.phase === 'answered';
  }

  /**
   * Whether a running turn that waited for `resource` would wait for ever: everyone who could give a unit back waits,
   * in the end, for it.
   */
  wouldCircle(request: { task: string; attempt: number; turn?: string | undefined; resource: string }): boolean {
    return wouldCircle(this.waits(), { owner: ownerKey(request), resource: request.resource });
  }

  /** Which running turns wait for which resources, and who has them. */
  waits(): WaitGraph {
    return waitGraphOf(this.#board);
  }

  snapshot(): SchedulerSnapshot {
    const { phase, slots, pools, leases, tasks } = this.#board;
    return {
      phase,
      slots: slots.count,
      running: slots.running,
      pools: pools.usage(),
      waiting: leases.waiting().map((request) => request.id),
      held: pools.held(),
      tasks: Object.fromEntries(
        tasks.map(({ graph, turns, phase: at, status, agent, degraded }) => [
          graph.name,
          {
            phase: at,
            status,
            agent,
            degraded,
            turns: turns.map((turn) => `${turn.state} ${turn.attempts} ${turn.notBefore}`),
          },
        ]),
      ),
    };
  }

  #applyToTask(event: TaskEvent): void {
    const board = this.#board;
    const task = taskNamed(board, event.task);
    if (!task) return;
    switch (event.type) {
      case 'task.ready':
        taskReady(board, task);
        return;
      case 'task.assigned':
        taskAssigned(board, task, event.agent);
        return;
      case 'task.completed':
        taskEnded(board, task, 'completed', event.degraded ?? false);
        return;
      case 'task.failed':
        taskEnded(board, task, 'failed', false);
        return;
      case 'task.skipped':
        taskEnded(board, task, 'skipped', false);
        return;
      case 'task.not_chosen':
        taskEnded(board, task, 'not_chosen', false);
        return;
      case 'task.cancelled':
        // One that was cancelled in an earlier run stops nothing in this one.
        if (event.kept === undefined) board.stopping = true;
        taskEnded(board, task, 'cancelled', false);
        return;
      case 'cache.asked':
        cacheAsked(task);
        return;
      case 'cache.missed':
        cacheMissed(board, task);
        return;
      case 'review.asked':
        reviewAsked(task);
        return;
      case 'review.answered':
        reviewAnswered(board, task, event);
        return;
      default:
        event satisfies never;
    }
  }
}

type TaskEvent = Extract<EventDraft, { type: `task.${string}` | `cache.${string}` | `review.${string}` }>;
type LeaseEvent = Extract<EventDraft, { type: 'resource.requested' | 'resource.acquired' | 'resource.timed_out' }>;

function leaseOf({ task, attempt, turn, id, resource, holder }: LeaseEvent) {
  return { task, attempt, ...(turn === undefined ? {} : { turn }), id, resource, holder };
}
