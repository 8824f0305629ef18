import { isOverBudget } from '../../run/budget.ts';
import type { EventDraft } from '../../run/events.ts';
import { openReview } from '../../run/review.ts';
import type { RunState, TaskState } from '../../run/state.ts';

/** What the throttles read of the limits: what keeps every call of an agent waiting, or null. */
export interface ThrottleView {
  throttleOf(t: number, endpoint: string | null, agent: string): { by: 'provider' | 'minute'; ms: number } | null;
}

/**
 * The agents whose model must not be called for a while. The scheduler learns of them by events, so that their turns do
 * not occupy a slot only to wait in it.
 */
export class ThrottledAgents {
  readonly #state: RunState;
  /** The name of each agent's endpoint; null if it has none. */
  readonly #endpoints: ReadonlyMap<string, string | null>;
  readonly #throttled = new Set<string>();

  constructor(state: RunState, endpoints: ReadonlyMap<string, string | null>) {
    this.#state = state;
    this.#endpoints = endpoints;
  }

  /** Whether any agent is throttled. */
  get any(): boolean {
    return this.#throttled.size > 0;
  }

  reduce({ type, agent }: { type: 'agent.held' | 'agent.freed'; agent: string }): void {
    if (type === 'agent.held') this.#throttled.add(agent);
    else this.#throttled.delete(agent);
  }

  /** Returns the next change of an agent at run time `t`, as an event to journal; null if there is none. */
  next(limits: ThrottleView, t: number): EventDraft | null {
    for (const [agent, endpoint] of this.#endpoints) {
      const throttle = limits.throttleOf(t, endpoint, agent);
      if (throttle && !this.#throttled.has(agent)) return { type: 'agent.held', agent, by: throttle.by };
      if (!throttle && this.#throttled.has(agent)) return { type: 'agent.freed', agent };
    }
    return null;
  }

  /** Returns the run time at which a task may start that waits only for its throttled agent; null if there is none. */
  wakeAt(limits: ThrottleView, t: number): number | null {
    if (this.#throttled.size === 0 || isOverBudget(this.#state)) return null;
    if (!this.#blocksAny(this.#state)) return null;
    // An agent that is no longer throttled is reported at the next decision.
    const left = (agent: string) => limits.throttleOf(t, this.#endpoints.get(agent) ?? null, agent)?.ms ?? 1;
    return t + Math.min(...[...this.#throttled].map(left));
  }

  #blocksAny({ tasks }: RunState): boolean {
    for (const task of tasks.values()) if (this.#blocks(task)) return true;
    return false;
  }

  #blocks(task: TaskState): boolean {
    if (task.status !== 'pending' || task.readyAt === null || openReview(task) !== null) return false;
    return [task.agent, ...task.council].some((agent) => agent !== null && this.#throttled.has(agent));
  }
}
