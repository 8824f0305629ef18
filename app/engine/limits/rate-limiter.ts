import type { ModelEndpoint } from '../../../shared/control/base/endpoint.ts';
import type { CallReport } from '../../../shared/control/limits/call-report.ts';
import {
  type LimitSettings,
  Limits,
  type LimitsBefore,
  type LimitsChange,
  type PermitRequest,
  type Throttle,
} from '../../../shared/control/limits/limits.ts';
import type { Failure } from '../../../shared/run/error-kind.ts';
import type { EventDraft } from '../../../shared/run/events.ts';

/** A request for a permit, and what to do when it is granted or refused. */
export interface LimiterRequest extends PermitRequest {
  readonly grant: (permit: string) => void;
  readonly refuse: (failure: Failure) => void;
}

/** Permits for model calls, as a run requests them. */
export type Permits = Pick<
  RateLimiter,
  'setSlots' | 'acquire' | 'cancel' | 'release' | 'wake' | 'wakeAt' | 'throttleOf'
>;

/** Performs what the limits decide: grants and refuses requests, and journals changes of the limits. */
export class RateLimiter {
  readonly #limits: Limits;
  readonly #emit: (draft: EventDraft) => void;
  readonly #requests = new Map<string, LimiterRequest>();

  constructor(slots: number, settings: LimitSettings, emit: (draft: EventDraft) => void) {
    this.#limits = new Limits(slots, settings);
    this.#emit = emit;
  }

  setSlots(t: number, slots: number): void {
    this.#change({ type: 'slots.set', slots }, t);
  }

  /** Requests a permit, which is granted or refused at once or later. */
  acquire(t: number, endpoint: ModelEndpoint, request: LimiterRequest): void {
    this.#requests.set(request.id, request);
    const { id, agent, tokens } = request;
    this.#change({ type: 'permit.requested', endpoint, request: { id, agent, tokens } }, t);
  }

  /** A request is no longer needed. Call `wake` afterwards: requests behind it may now proceed. */
  cancel(t: number, id: string): void {
    if (this.#requests.delete(id)) this.#limits.reduce({ type: 'permit.withdrawn', request: id }, t);
  }

  /** A call has ended; `report` is null if its turn ended first. */
  release(t: number, permit: string, report: CallReport | null): void {
    this.#change({ type: 'permit.returned', permit, report }, t);
  }

  /** Grants what can be granted now. */
  wake(t: number): void {
    for (let action = this.#limits.next(t); action !== null; action = this.#limits.next(t)) {
      this.#limits.reduce(action, t);
      if (action.type === 'limit.changed') this.#emit(action.draft);
      else if (action.type === 'permit.granted') this.#taken(action.request)?.grant(action.permit);
      else this.#taken(action.request)?.refuse(action.failure);
    }
  }

  /** The run time at which to call `wake`, or null if time alone grants nothing. */
  wakeAt(t: number): number | null {
    return this.#limits.wakeAt(t);
  }

  restore(before: LimitsBefore): void {
    this.#limits.restore(before);
  }

  cooldowns(t: number): EventDraft[] {
    return this.#limits.cooldowns(t);
  }

  throttleOf(t: number, endpoint: string | null, agent: string): Throttle | null {
    return this.#limits.throttleOf(t, endpoint, agent);
  }

  #change(change: LimitsChange, t: number): void {
    this.#limits.reduce(change, t);
    this.wake(t);
  }

  #taken(id: string): LimiterRequest | undefined {
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    return request;
  }
}
