import { isOverBudget } from '../../../shared/run/budget.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import { openReview } from '../../../shared/run/review.ts';
import type { RunState, TaskState } from '../../../shared/run/state.ts';
import type { RunEnvironment } from '../request.ts';
import { endpointOf } from './endpoint.ts';
import type { Permits } from './rate-limiter.ts';

export interface HoldsDeps {
  state: RunState;
  limiter: Pick<Permits, 'throttleOf'>;
  carrier: Pick<RunEnvironment, 'project' | 'access'>;
}

/**
 * Agents whose model may not be asked for a while: said to the scheduler, so that nothing of theirs takes a slot only to
 * wait in it.
 */
export class ThrottledAgents {
  readonly #deps: HoldsDeps;
  /** Where each agent's model is asked; null where it cannot be. */
  readonly #lanes: ReadonlyMap<string, string | null>;
  readonly #held = new Set<string>();

  constructor(deps: HoldsDeps) {
    this.#deps = deps;
    const { project, access } = deps.carrier;
    this.#lanes = new Map(project.agents.map(({ name }) => [name, endpointOf(access(name))?.name ?? null]));
  }

  /** Somebody is held. */
  get any(): boolean {
    return this.#held.size > 0;
  }

  /** What is to be said at run time `t`, or null. */
  next(t: number): EventDraft | null {
    for (const [agent, lane] of this.#lanes) {
      const hold = this.#deps.limiter.throttleOf(t, lane, agent);
      if (hold && !this.#held.has(agent)) {
        this.#held.add(agent);
        return { type: 'agent.held', agent, by: hold.by };
      }
      if (!hold && this.#held.delete(agent)) return { type: 'agent.freed', agent };
    }
    return null;
  }

  /** The run time at which a task may start that waits for its agent alone; null: none does. */
  wakeAt(t: number): number | null {
    const { limiter, state } = this.#deps;
    if (this.#held.size === 0 || isOverBudget(state)) return null;
    if (!this.#holdsUpAny(state)) return null;
    // What holds up nobody any more is said as soon as the loop comes to it.
    const left = (agent: string) => limiter.throttleOf(t, this.#lanes.get(agent) ?? null, agent)?.ms ?? 1;
    return t + Math.min(...[...this.#held].map(left));
  }

  #holdsUpAny({ tasks }: RunState): boolean {
    for (const task of tasks.values()) if (this.#holdsUp(task)) return true;
    return false;
  }

  #holdsUp(task: TaskState): boolean {
    if (task.status !== 'pending' || task.readyAt === null || openReview(task) !== null) return false;
    return [task.agent, ...task.council].some((agent) => agent !== null && this.#held.has(agent));
  }
}
