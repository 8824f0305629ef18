import type { ModelEndpoint } from '../base/endpoint.ts';
import type { Machine } from '../base/machine.ts';
import { CallLimit } from './call-limit.ts';
import type { CallReport } from './call-report.ts';
import type {
  LimitDraft,
  LimitsAction,
  LimitsBefore,
  LimitsChange,
  PermitRequest,
  RestoredUse,
  Throttle,
} from './limit-actions.ts';
import { type CountedCall, dateCall, type EndpointWindows, MinuteLimits } from './minute-limits.ts';
import type { LimitSettings } from './settings.ts';
import { SlidingWindow } from './sliding-window.ts';

/** The limits as one run sees them: its own, or those that it shares with the other rows of its batch. */
export type RunLimits = Pick<Limits, 'reduce' | 'next' | 'wakeAt' | 'throttleOf'>;

/** The state of one provider, origin and key. */
interface Endpoint {
  readonly queue: PermitRequest[];
  readonly calls: CallLimit;
  readonly windows: EndpointWindows;
}

interface Permit {
  readonly calls: CallLimit;
  readonly counted: CountedCall;
}

/**
 * Decides which model call may start, over all slots together. Each endpoint limits its calls in flight and, where set,
 * the requests and tokens per minute; each agent, its own requests per minute. Each endpoint grants requests in order of
 * arrival; a request that waits for its own agent's limit does not block other agents.
 */
export class Limits implements Machine<LimitsChange, LimitsAction> {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #permits = new Map<string, Permit>();
  readonly #minute: MinuteLimits;
  /** Changes that the journal does not record yet. */
  readonly #unrecorded: LimitDraft[] = [];
  #slots: number;
  #permitCount = 0;

  constructor(slots: number, settings: LimitSettings) {
    this.#slots = slots;
    this.#minute = new MinuteLimits(settings);
  }

  reduce(change: LimitsChange, t: number): void {
    switch (change.type) {
      case 'permit.requested':
        this.#endpoint(change.endpoint).queue.push(change.request);
        return;
      case 'permit.withdrawn':
      case 'permit.refused':
        this.#take(change.request);
        return;
      case 'permit.granted':
        this.#grant(t, change);
        return;
      case 'permit.returned':
        this.#return(t, change.permit, change.report);
        return;
      case 'limit.changed':
        this.#unrecorded.shift();
        return;
      case 'slots.set':
        this.#slots = change.slots;
        for (const { calls } of this.#endpoints.values()) calls.setSlots(change.slots);
        return;
      default:
        change satisfies never;
    }
  }

  next(t: number): LimitsAction | null {
    const [draft] = this.#unrecorded;
    if (draft) return { type: 'limit.changed', draft };
    for (const endpoint of this.#endpoints.values()) {
      const action = this.#nextOf(t, endpoint);
      if (action) return action;
    }
    return null;
  }

  wakeAt(t: number): number | null {
    let earliest: number | null = null;
    for (const { calls, queue, windows } of this.#endpoints.values()) {
      if (calls.isReached) continue;
      for (const request of queue) {
        const at = Math.max(calls.cooldownUntil, this.#minute.roomAt(t, windows, request));
        earliest = earliest === null ? at : Math.min(earliest, at);
        if (this.#minute.isAgentFree(t, request.agent)) break; // Requests behind it follow at the next decision.
      }
    }
    return earliest;
  }

  /** Continues from what earlier processes left. Nothing has been requested yet. */
  restore({ uses, cooldowns }: LimitsBefore): void {
    for (const use of uses) this.#restoreUse(use);
    for (const cooldown of cooldowns) this.#endpoint(cooldown.endpoint).calls.restore(cooldown);
  }

  /** Returns the cooldowns at run time `t` as events, for a journal that does not know them. */
  cooldowns(t: number): LimitDraft[] {
    return [...this.#endpoints.values()].flatMap(({ calls }) => calls.cooldown(t) ?? []);
  }

  /**
   * Returns what keeps every call of an agent waiting at run time `t`, if time will end it; null if nothing does.
   * `endpoint` is the name of the agent's endpoint, or null if it has none.
   */
  throttleOf(t: number, endpoint: string | null, agent: string): Throttle | null {
    const state = endpoint === null ? undefined : this.#endpoints.get(endpoint);
    const cooldown = (state?.calls.cooldownUntil ?? 0) - t;
    const minute = this.#minute.waitMs(t, state?.windows, agent);
    if (cooldown <= 0 && minute === 0) return null;
    return cooldown >= minute ? { by: 'provider', ms: cooldown } : { by: 'minute', ms: minute };
  }

  #nextOf(t: number, { queue, calls, windows }: Endpoint): LimitsAction | null {
    for (const request of queue) {
      const failure = calls.accountRefusal;
      if (failure) return { type: 'permit.refused', request: request.id, failure };
      if (calls.isReached || t < calls.cooldownUntil) return null;
      if (!this.#minute.isAgentFree(t, request.agent)) continue;
      if (this.#minute.fullWindows(t, windows, request).length > 0) return null;
      return { type: 'permit.granted', request: request.id, permit: `permit-${this.#permitCount + 1}` };
    }
    return null;
  }

  #restoreUse({ endpoint, leaves, ...call }: RestoredUse): void {
    this.#minute.restore(leaves, endpoint === null ? null : this.#endpoint(endpoint).windows, call);
  }

  #take(id: string): { endpoint: Endpoint; request: PermitRequest } | null {
    for (const endpoint of this.#endpoints.values()) {
      const at = endpoint.queue.findIndex((request) => request.id === id);
      const [request] = at < 0 ? [] : endpoint.queue.splice(at, 1);
      if (request) return { endpoint, request };
    }
    return null;
  }

  #grant(t: number, { request: id, permit }: { request: string; permit: string }): void {
    const taken = this.#take(id);
    if (!taken) return;
    const { calls, windows } = taken.endpoint;
    this.#permitCount += 1;
    calls.start();
    this.#permits.set(permit, { calls, counted: this.#minute.count(t, windows, taken.request) });
  }

  #return(t: number, id: string, report: CallReport | null): void {
    const permit = this.#permits.get(id);
    if (!permit) return;
    this.#permits.delete(id);
    dateCall(t, permit.counted, report);
    const draft = permit.calls.end(t, report?.end ?? null);
    if (draft) this.#unrecorded.push(draft);
  }

  #endpoint({ name, origin }: ModelEndpoint): Endpoint {
    const known = this.#endpoints.get(name);
    if (known) return known;
    const windows = { requests: new SlidingWindow(), tokens: new SlidingWindow() };
    const endpoint: Endpoint = { queue: [], calls: new CallLimit(origin, this.#slots), windows };
    this.#endpoints.set(name, endpoint);
    return endpoint;
  }
}
