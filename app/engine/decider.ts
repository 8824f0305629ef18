import type { EventDraft, RunEvent } from '../../shared/run/events.ts';
import type { SharedDemand } from '../../shared/scheduler/scheduler.ts';
import type { WaitGraph } from '../../shared/scheduler/wait-cycles.ts';

/**
 * The scheduler (shared/scheduler) as the engine uses it. Only `apply` changes its state, so that the same journal
 * gives the same decisions; the engine stamps each decision, journals it, applies it and carries it out.
 */
export interface Decider {
  apply(event: RunEvent): void;
  /** Returns the next decision at run time `t`, or null. */
  next(t: number): EventDraft | null;
  /** Returns the next run time at which a decision may be due; null if only an event can cause one. */
  wakeAt(): number | null;
  /**
   * Returns the slots and units that the run holds and its demand at run time `t`. Rows of a batch share them, and
   * a single run checks whether a turn waits for a slot.
   */
  sharing(t: number): SharedDemand;
  /** Starts no more turns, and cancels the tasks that have not ended and are not running. */
  stop(): void;
  /** Returns whether the engine must complete a task: its turns have given the result and no review is open. */
  isAnswered(task: string): boolean;
  /** Returns the state of a completed task's context. */
  completionFlags(task: string): { degraded: boolean; missing: readonly string[] };
  /** Returns whether waiting for `resource` would cause a deadlock. */
  wouldCircle(request: { task: string; attempt: number; turn?: string; resource: string }): boolean;
  /** Returns which running turns wait for which resources, and which turns hold them. */
  waits(): WaitGraph;
}
