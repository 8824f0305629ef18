import type { CallCount } from '../../run/call-count.ts';
import type { EventDraft } from '../../run/events.ts';
import { earliest } from '../base/earliest.ts';
import type { ModelEndpoint } from '../base/endpoint.ts';
import { type CallReport, reachedAfterMs } from '../limits/call-report.ts';
import { Limits } from '../limits/limits.ts';
import type { LimitSettings } from '../limits/settings.ts';
import { ThrottledAgents } from '../throttles/throttled-agents.ts';

/** The limits of a simulation, and what they count. */
export interface SimulatedLimits {
  settings: LimitSettings;
  /** Where each agent's model is called, by the agent's name. Agents without an entry are called in one place. */
  endpoints?: ReadonlyMap<string, ModelEndpoint>;
  /**
   * The model calls of each turn of a task, which divide its time equally, by task (and `@assignment`); a task without an entry makes one
   * call of no tokens in each turn.
   */
  calls?: Readonly<Record<string, CallCount>>;
}

export const ONE_CALL: CallCount = { calls: 1, tokens: 0 };
const ONE_ENDPOINT: ModelEndpoint = { name: '', origin: '' };

/** The model calls of a simulation, which wait for the engine's own limits. */
export class LimitedCalls {
  readonly #limits: Limits;
  readonly #throttled: ThrottledAgents;
  readonly #endpoints: ReadonlyMap<string, ModelEndpoint>;

  constructor({ settings, endpoints = new Map() }: SimulatedLimits, agents: readonly string[], slots: number) {
    this.#limits = new Limits(slots, settings);
    this.#endpoints = endpoints;
    this.#throttled = new ThrottledAgents(new Map(agents.map((agent) => [agent, this.#endpoint(agent).name])));
  }

  /** Requests a permit for the next call of a turn; `turn` identifies the turn. */
  request(turn: string, agent: string, tokens: number, t: number): void {
    this.#limits.reduce(
      { type: 'permit.requested', endpoint: this.#endpoint(agent), request: { id: turn, agent, tokens } },
      t,
    );
  }

  /** Grants the permits that are free at run time `t`, and yields their turns. */
  *grants(t: number): Generator<{ turn: string; permit: string }> {
    for (let action = this.#limits.next(t); action !== null; action = this.#limits.next(t)) {
      this.#limits.reduce(action, t);
      if (action.type === 'permit.granted') yield { turn: action.request, permit: action.permit };
    }
  }

  /** Returns the permit of a call that took `ms` until run time `t`. */
  ended(permit: string, ms: number, tokens: number, end: CallReport['end'], t: number): void {
    const report = { end, tokens, reachedMsAgo: ms - reachedAfterMs(ms, null) };
    this.#limits.reduce({ type: 'permit.returned', permit, report }, t);
  }

  /** Returns the next change of a throttled agent at run time `t`, as an event for the scheduler; null if there is none. */
  throttle(t: number): EventDraft | null {
    const draft = this.#throttled.next(this.#limits, t);
    if (draft?.type === 'agent.held' || draft?.type === 'agent.freed') this.#throttled.reduce(draft);
    return draft;
  }

  /** Returns the next run time at which `grants` or `throttle` may return something; null if only a change can bring it. */
  wakeAt(t: number): number | null {
    return earliest(this.#limits.wakeAt(t), this.#throttled.wakeAt(this.#limits, t));
  }

  #endpoint(agent: string): ModelEndpoint {
    return this.#endpoints.get(agent) ?? ONE_ENDPOINT;
  }
}
