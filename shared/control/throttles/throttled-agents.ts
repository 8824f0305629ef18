import type { EventDraft } from '../../run/events.ts';

/** The limits as the throttles read them. */
export interface ThrottleView {
  /** Returns what keeps every call of an agent waiting, or null. */
  throttleOf(t: number, endpoint: string | null, agent: string): { by: 'provider' | 'minute'; ms: number } | null;
}

/**
 * The agents whose model must not be called for a while. The scheduler learns of them by events, so that their turns do
 * not occupy a slot only to wait in it.
 */
export class ThrottledAgents {
  /** The name of each agent's endpoint; null if it has none. */
  readonly #endpoints: ReadonlyMap<string, string | null>;
  readonly #throttled = new Set<string>();

  constructor(endpoints: ReadonlyMap<string, string | null>) {
    this.#endpoints = endpoints;
  }

  /** The throttled agents, as reported. */
  get throttled(): ReadonlySet<string> {
    return this.#throttled;
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

  /** Returns the run time at which the next throttled agent may be free; null if no agent is throttled. */
  wakeAt(limits: ThrottleView, t: number): number | null {
    if (this.#throttled.size === 0) return null;
    // An agent that is no longer throttled is reported at the next decision.
    const left = (agent: string) => limits.throttleOf(t, this.#endpoints.get(agent) ?? null, agent)?.ms ?? 1;
    return t + Math.min(...[...this.#throttled].map(left));
  }
}
