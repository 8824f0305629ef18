import type { Failure } from '../../run/error-kind.ts';
import type { EventDraft } from '../../run/events.ts';
import type { ModelEndpoint } from '../base/endpoint.ts';
import type { Machine, Union } from '../base/machine.ts';
import { RATE_LIMIT_PATIENCE_MS } from '../base/patience.ts';
import type { CallReport } from './call-report.ts';
import { SlidingWindow, WINDOW_MS, type WindowUse } from './sliding-window.ts';

const MIN_COOLDOWN_MS = 1000;
/** Without a time to wait, each refusal that follows a cooldown doubles it, up to 2 to this power times the shortest. */
const MAX_DOUBLINGS = 6;
/** The number of answers in a row that raises the call limit by one. */
const ANSWERS_TO_RAISE = 10;
/**
 * After a provider has refused an account, other tasks fail without a call for this time in ms. Then one call tries
 * again.
 */
const NO_CREDIT_MS = 5 * 60_000;

export interface LimitSettings {
  /** Requests and tokens per minute of each endpoint (provider, origin and key), over all slots; undefined: no limit. */
  rpm: number | undefined;
  tokensPerMinute: number | undefined;
  /** Requests per minute of each limited agent, by name. */
  agentRpm: ReadonlyMap<string, number>;
}

/** A request for the permission to make one model call. */
export interface PermitRequest {
  readonly id: string;
  readonly agent: string;
  /** The estimated number of tokens that the call uses. */
  readonly tokens: number;
}

export type LimitsChange =
  | Union<{
      'permit.requested': { endpoint: ModelEndpoint; request: PermitRequest };
      /** A request is no longer needed. */
      'permit.withdrawn': { request: string };
      /** A call has ended. `report` is null if its turn ended first: the call may have reached the provider until now. */
      'permit.returned': { permit: string; report: CallReport | null };
      'slots.set': { slots: number };
    }>
  | LimitsAction;

/** The event that records what happened to a limit. */
export type LimitDraft = Extract<EventDraft, { type: 'limiter' }>;

export type LimitsAction = Union<{
  'permit.granted': { request: string; permit: string };
  /** The endpoint refuses the account: the call would fail like the one before it. */
  'permit.refused': { request: string; failure: Failure };
  /** A limit changed, and the journal must record the change. */
  'limit.changed': { draft: LimitDraft };
}>;

/** Why a model must not be called now, and for how many milliseconds at most. */
export interface Throttle {
  by: 'provider' | 'minute';
  ms: number;
}

/** A call that still counts in the window when another process resumes the run. */
export interface RestoredUse {
  /** The endpoint that was called; null if the agent no longer has one. */
  endpoint: ModelEndpoint | null;
  agent: string;
  tokens: number;
  /** The run time at which it leaves the window. */
  leaves: number;
}

/** A cooldown that has not ended when another process resumes the run. */
export interface RestoredCooldown {
  endpoint: ModelEndpoint;
  callLimit: number;
  until: number;
}

/** What earlier processes left of the providers' limits, in the time of the process that resumes. */
export interface LimitsBefore {
  uses: RestoredUse[];
  cooldowns: RestoredCooldown[];
}

/** The limits as one run sees them: its own, or those that it shares with the other rows of its batch. */
export type RunLimits = Pick<Limits, 'reduce' | 'next' | 'wakeAt' | 'throttleOf'>;

/** The state of one provider, origin and key. */
interface EndpointState {
  readonly origin: string;
  readonly queue: PermitRequest[];
  inFlight: number;
  callLimit: number;
  /** Answers in a row. */
  answered: number;
  /** Refusals in a row, of which those during a cooldown count once. */
  refusals: number;
  /** The run time at which the cooldown ends. */
  cooldownUntil: number;
  /** The calls of the last minute, and their tokens. */
  readonly requests: SlidingWindow;
  readonly tokens: SlidingWindow;
  /** Why the provider refuses the account, until this run time. */
  accountRefusal: { failure: Failure; until: number } | null;
}

/** The use of one window by a call. */
interface Counted {
  readonly window: SlidingWindow;
  readonly use: WindowUse;
}

interface Permit {
  readonly endpoint: EndpointState;
  readonly requests: readonly Counted[];
  readonly tokens: Counted | null;
}

/**
 * Decides which model call may start, over all slots together. For each endpoint it limits the calls in flight (one per
 * slot at first; halved by a refusal, raised by ten answers in a row) and, where set, the requests and tokens per minute;
 * for each agent, its own requests per minute. Each endpoint grants requests in order of arrival; a request that waits
 * for its own agent's limit does not block other agents.
 */
export class Limits implements Machine<LimitsChange, LimitsAction> {
  readonly #settings: LimitSettings;
  readonly #endpoints = new Map<string, EndpointState>();
  readonly #permits = new Map<string, Permit>();
  readonly #agents = new Map<string, SlidingWindow>();
  /** Changes that the journal does not record yet. */
  readonly #unrecorded: LimitDraft[] = [];
  #slots: number;
  #permitCount = 0;

  constructor(slots: number, settings: LimitSettings) {
    this.#slots = slots;
    this.#settings = settings;
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
        for (const state of this.#endpoints.values()) {
          if (state.callLimit === this.#slots) state.callLimit = change.slots;
        }
        this.#slots = change.slots;
        return;
      default:
        change satisfies never;
    }
  }

  next(t: number): LimitsAction | null {
    const [draft] = this.#unrecorded;
    if (draft) return { type: 'limit.changed', draft };
    for (const state of this.#endpoints.values()) {
      const action = this.#nextOf(t, state);
      if (action) return action;
    }
    return null;
  }

  wakeAt(t: number): number | null {
    let earliest: number | null = null;
    for (const state of this.#endpoints.values()) {
      if (state.inFlight >= state.callLimit) continue;
      for (const request of state.queue) {
        const isFree = this.#isAgentFree(t, request.agent);
        const ofEndpoint = this.#fullWindows(t, state, request);
        const full = isFree ? ofEndpoint : [...ofEndpoint, this.#agent(request.agent)];
        const at = Math.max(state.cooldownUntil, ...full.map((window) => window.next));
        earliest = earliest === null ? at : Math.min(earliest, at);
        if (isFree) break; // Requests behind it follow at the next decision.
      }
    }
    return earliest;
  }

  /** Continues from what earlier processes left. Nothing has been requested yet. */
  restore({ uses, cooldowns }: LimitsBefore): void {
    for (const use of uses) this.#restoreUse(use);
    for (const { endpoint, callLimit, until } of cooldowns) {
      const state = this.#endpoint(endpoint);
      state.callLimit = Math.min(state.callLimit, callLimit);
      state.cooldownUntil = Math.max(state.cooldownUntil, until);
    }
  }

  /** Returns the cooldowns at run time `t` as events, for a journal that does not know them. */
  cooldowns(t: number): LimitDraft[] {
    const cooling = [...this.#endpoints.values()].filter(({ cooldownUntil }) => cooldownUntil > t);
    return cooling.map(({ origin, callLimit, cooldownUntil }) => ({
      type: 'limiter',
      origin,
      in_flight: callLimit,
      reason: 'set',
      until: cooldownUntil,
    }));
  }

  /**
   * Returns what keeps every call of an agent waiting at run time `t`, if time will end it; null if nothing does.
   * `endpoint` is the name of the agent's endpoint, or null if it has none.
   */
  throttleOf(t: number, endpoint: string | null, agent: string): Throttle | null {
    const { rpm, tokensPerMinute, agentRpm } = this.#settings;
    const state = endpoint === null ? undefined : this.#endpoints.get(endpoint);
    const cooldown = (state?.cooldownUntil ?? 0) - t;
    const isLimited = rpm !== undefined || tokensPerMinute !== undefined || agentRpm.has(agent);
    if (cooldown <= 0 && !isLimited) return null;
    const full: SlidingWindow[] = [];
    if (state && rpm !== undefined && state.requests.sum(t) >= rpm) full.push(state.requests);
    if (state && tokensPerMinute !== undefined && state.tokens.sum(t) >= tokensPerMinute) full.push(state.tokens);
    if (!this.#isAgentFree(t, agent)) full.push(this.#agent(agent));
    const minute = Math.max(0, ...full.map(({ next }) => next - t));
    if (cooldown <= 0 && minute === 0) return null;
    return cooldown >= minute ? { by: 'provider', ms: cooldown } : { by: 'minute', ms: minute };
  }

  #nextOf(t: number, state: EndpointState): LimitsAction | null {
    for (const request of state.queue) {
      const { accountRefusal } = state;
      if (accountRefusal && t < accountRefusal.until) {
        return { type: 'permit.refused', request: request.id, failure: accountRefusal.failure };
      }
      if (state.inFlight >= state.callLimit || t < state.cooldownUntil) return null;
      if (!this.#isAgentFree(t, request.agent)) continue;
      if (this.#fullWindows(t, state, request).length > 0) return null;
      return { type: 'permit.granted', request: request.id, permit: `permit-${this.#permitCount + 1}` };
    }
    return null;
  }

  #restoreUse({ endpoint, agent, tokens, leaves }: RestoredUse): void {
    const state = endpoint === null ? null : this.#endpoint(endpoint);
    const counted = this.#count(leaves, state, { agent, tokens });
    for (const { window, use } of [...counted.requests, ...(counted.tokens ? [counted.tokens] : [])])
      window.leaveAt(use, leaves);
  }

  /**
   * Returns the endpoint's windows without room for a request. A request larger than the whole window waits for an
   * empty window.
   */
  #fullWindows(t: number, { requests, tokens }: EndpointState, request: PermitRequest): SlidingWindow[] {
    const { rpm, tokensPerMinute } = this.#settings;
    const full: SlidingWindow[] = [];
    if (rpm !== undefined && requests.sum(t) >= rpm) full.push(requests);
    if (tokensPerMinute === undefined) return full;
    const used = tokens.sum(t);
    if (used > 0 && used + request.tokens > tokensPerMinute) full.push(tokens);
    return full;
  }

  #isAgentFree(t: number, agent: string): boolean {
    const limit = this.#settings.agentRpm.get(agent);
    return limit === undefined || this.#agent(agent).sum(t) < limit;
  }

  #take(id: string): { state: EndpointState; request: PermitRequest } | null {
    for (const state of this.#endpoints.values()) {
      const at = state.queue.findIndex((request) => request.id === id);
      const [request] = at < 0 ? [] : state.queue.splice(at, 1);
      if (request) return { state, request };
    }
    return null;
  }

  #grant(t: number, { request: id, permit }: { request: string; permit: string }): void {
    const taken = this.#take(id);
    if (!taken) return;
    const { state, request } = taken;
    this.#permitCount += 1;
    state.inFlight += 1;
    this.#permits.set(permit, { endpoint: state, ...this.#count(t, state, request) });
  }

  /** Counts a call in the windows that are limited. */
  #count(
    t: number,
    state: EndpointState | null,
    { agent, tokens }: Pick<PermitRequest, 'agent' | 'tokens'>,
  ): Pick<Permit, 'requests' | 'tokens'> {
    const { rpm, tokensPerMinute, agentRpm } = this.#settings;
    const add = (window: SlidingWindow, amount: number): Counted => ({ window, use: window.add(t, amount) });
    const ofEndpoint = state === null || rpm === undefined ? [] : [add(state.requests, 1)];
    const ofAgent = agentRpm.has(agent) ? [add(this.#agent(agent), 1)] : [];
    return {
      requests: [...ofEndpoint, ...ofAgent],
      tokens: state === null || tokensPerMinute === undefined ? null : add(state.tokens, tokens),
    };
  }

  #return(t: number, id: string, report: CallReport | null): void {
    const permit = this.#permits.get(id);
    if (!permit) return;
    this.#permits.delete(id);
    permit.endpoint.inFlight -= 1;
    this.#date(t, permit, report);
    if (report) this.#learn(t, permit.endpoint, report.end);
  }

  /**
   * Dates a call: its minute starts when it reached the provider. Tokens beyond those that it requested count from its
   * end.
   */
  #date(t: number, { requests, tokens }: Permit, report: CallReport | null): void {
    const leaves = t + WINDOW_MS - (report?.reachedMsAgo ?? 0);
    for (const { window, use } of requests) window.leaveAt(use, leaves);
    if (tokens === null) return;
    const { window, use } = tokens;
    window.leaveAt(use, leaves);
    if (!report) return;
    const more = report.tokens - use.amount;
    window.lower(use, report.tokens);
    if (more > 0) window.leaveAt(window.add(t, more), t + WINDOW_MS);
  }

  #learn(t: number, state: EndpointState, end: CallReport['end']): void {
    if (end === 'answered') this.#answered(state);
    else if (end === 'failed') state.answered = 0;
    else if ('noCredit' in end) state.accountRefusal = { failure: end.noCredit, until: t + NO_CREDIT_MS };
    else this.#refuse(t, state, end.retryAfterMs);
  }

  /**
   * * Records a refusal. Concurrent refusals halve the call limit once; a refusal that asks for a longer wait extends
   * the cooldown. No cooldown is longer than a task waits for a rate limit, so a task whose provider asks for more
   * fails and the run ends.
   */
  #refuse(t: number, state: EndpointState, retryAfterMs: number | null): void {
    state.answered = 0;
    const isCooling = t < state.cooldownUntil;
    const backoffMs = MIN_COOLDOWN_MS * 2 ** (isCooling ? 0 : Math.min(state.refusals, MAX_DOUBLINGS));
    if (!isCooling) state.refusals += 1;
    const until = t + Math.min(Math.max(retryAfterMs ?? backoffMs, MIN_COOLDOWN_MS), RATE_LIMIT_PATIENCE_MS);
    if (until <= state.cooldownUntil) return;
    state.cooldownUntil = until;
    if (!isCooling) state.callLimit = Math.max(1, Math.floor(state.callLimit / 2));
    const { origin, callLimit } = state;
    const reason = isCooling ? 'extended' : 'refused';
    this.#unrecorded.push({ type: 'limiter', origin, in_flight: callLimit, reason, until });
  }

  #answered(state: EndpointState): void {
    state.accountRefusal = null;
    state.refusals = 0;
    if (state.callLimit >= this.#slots) return;
    state.answered += 1;
    if (state.answered < ANSWERS_TO_RAISE) return;
    state.answered = 0;
    state.callLimit += 1;
    const { origin, callLimit } = state;
    this.#unrecorded.push({ type: 'limiter', origin, in_flight: callLimit, reason: 'recovered' });
  }

  #endpoint({ name, origin }: ModelEndpoint): EndpointState {
    const known = this.#endpoints.get(name);
    if (known) return known;
    const state: EndpointState = {
      origin,
      queue: [],
      inFlight: 0,
      callLimit: this.#slots,
      answered: 0,
      refusals: 0,
      cooldownUntil: 0,
      requests: new SlidingWindow(),
      tokens: new SlidingWindow(),
      accountRefusal: null,
    };
    this.#endpoints.set(name, state);
    return state;
  }

  #agent(name: string): SlidingWindow {
    const known = this.#agents.get(name);
    if (known) return known;
    const window = new SlidingWindow();
    this.#agents.set(name, window);
    return window;
  }
}
