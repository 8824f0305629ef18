import type { EventDraft, RunEvent } from '../../shared/run/events.ts';
import type { SharedDemand } from '../../shared/scheduler/scheduler.ts';
import type { WaitGraph } from '../../shared/scheduler/wait-cycles.ts';

/**
 * What the engine needs of the scheduler (shared/scheduler). `apply` alone changes its state, so that the same journal
 * gives the same decisions; the engine stamps each decision, journals it, applies it and carries it out.
 */
export interface Decider {
  apply(event: RunEvent): void;
  /** The next thing to do at run time `t`, or null. */
  next(t: number): EventDraft | null;
  /** The next run time at which there may be something to do; null: only an event can bring it. */
  wakeAt(): number | null;
  /**
   * What the run has of slots and pools, and what it would take of them at run time `t`: rows of a batch share them, and
   * a run by itself asks whether anything waits for a slot.
   */
  sharing(t: number): SharedDemand;
  /** Nothing new starts; what has not ended and does not run is cancelled. */
  stop(): void;
  /** Whether a task's turns have given its result, and the engine is to say so: no review of it is open. */
  isAnswered(task: string): boolean;
  /** What a completed task says of its context. */
  completionFlags(task: string): { degraded: boolean; missing: readonly string[] };
  /** Whether waiting for `resource` would close a circle of attempts that wait for each other. */
  wouldCircle(request: { task: string; attempt: number; turn?: string; resource: string }): boolean;
  /** Which running turns wait for which resources, and who has them. */
  waits(): WaitGraph;
}
