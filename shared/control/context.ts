import type { Crew } from '../crew/schema.ts';
import type { ReviewMode } from './base/command.ts';
import type { ModelEndpoint } from './base/endpoint.ts';
import type { PlanView, TurnPlan, TurnToStart } from './base/plan.ts';
import type { SharedResources } from './base/shared-resources.ts';
import type { RunLimits } from './limits/limits.ts';
import type { JournalRules } from './recorder.ts';

/** The facts about a run that its controller is given, and the pure functions that it uses. */
export interface ControlContext extends JournalRules {
  crew: Crew;
  reviewer: ReviewMode;
  /** Whether a person can raise the budget. Otherwise a run that has used up its budget is interrupted. */
  attended: boolean;
  /** Returns where an agent's model, or a fallback of it, is called now; null if it has no address. A person can change the key of a run. */
  endpointOf(agent: string, fallback?: number): ModelEndpoint | null;
  /** Returns whether other models can answer in place of an agent's model; absent: none can. */
  canFallBack?(agent: string): boolean;
  /** Returns what a turn is submitted with. */
  planTurn(view: PlanView, turn: TurnToStart): TurnPlan;
  /** The resources of the batch, if the run is one of its rows; otherwise null. */
  batch: (SharedResources & { limits: RunLimits }) | null;
}
