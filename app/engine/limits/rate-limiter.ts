import type { Failure } from '../../../shared/run/error-kind.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import { RATE_LIMIT_PATIENCE_MS } from '../retries/retry.ts';
import type { ModelEndpoint } from './endpoint.ts';
import { SlidingWindow, type Use, WINDOW_MS } from './sliding-window.ts';

/** A call has reached its provider when an answer begins, and this long after its start: it may have to connect first. */
const LONGEST_WAY_MS = 1000;
const MIN_COOLDOWN_MS = 1000;
/** So many answers in a row raise the number of calls in flight by one. */
const ANSWERS_TO_RAISE = 10;

/** While a provider refuses an account, other tasks fail without a call for this long. Then one call tries again. */
const NO_CREDIT_MS = 5 * 60_000;

export interface LimiterSettings {
  /** Requests and tokens per minute of each endpoint (provider, origin and key), over all slots; undefined: no limit. */
  rpm: number | undefined;
  tokensPerMinute: number | undefined;
  /** Requests a minute of one agent. */
  agentRpm(agent: string): number | undefined;
}

interface Request {
  readonly id: string;
  readonly agent: string;
  readonly tokens: number;
  readonly grant: (permit: string) => void;
  /** The endpoint refuses the account: the call would fail like the one before it. */
  readonly refuse: (failure: Failure) => void;
}

/** A call that its slot has told of. */
export interface CallReport {
  /** Answered, failed for another reason, or refused for the provider's limit or for the account. */
  end: 'answered' | 'failed' | { retryAfterMs: number | null } | { noCredit: Failure };
  /** What it really took. */
  tokens: number;
  /** So many milliseconds ago it had reached the provider. */
  reachedMsAgo: number;
}

/** How many milliseconds after its start a call has reached its provider, at the latest. */
export function reachedAfterMs(ms: number, firstTokenMs: number | null): number {
  return Math.min(firstTokenMs ?? ms, ms, LONGEST_WAY_MS);
}

/** Permits for model calls, as a run asks for them. */
export type Permits = Pick<
  RateLimiter,
  'setSlots' | 'acquire' | 'cancel' | 'release' | 'wake' | 'wakeAt' | 'throttleOf'
>;

/** Why a model may not be asked now, and for how many milliseconds at the most. */
export interface Throttle {
  by: 'provider' | 'minute';
  ms: number;
}

interface Permit {
  readonly state: EndpointState;
  readonly requests: readonly Use[];
  readonly tokens: Use | null;
}

/** A call that still counts in the minute in which another process goes on. */
export interface RestoredUse {
  /** Where its model was called; null if the agent no longer has an endpoint. */
  lane: ModelEndpoint | null;
  agent: string;
  tokens: number;
  /** When it leaves the minute. */
  leaves: number;
}

/** A provider's wish to wait that still holds. */
export interface RestoredCooldown {
  lane: ModelEndpoint;
  /** Calls at once, as far as it was halved. */
  inFlight: number;
  until: number;
}

/** What is left of the providers' limits, dated by the clock of who goes on. */
export interface LimitsBefore {
  uses: RestoredUse[];
  holds: RestoredCooldown[];
}

/** One provider, origin and key. */
interface EndpointState {
  readonly origin: string;
  readonly queue: Request[];
  inFlight: number;
  allowed: number;
  /** Answers in a row. */
  answered: number;
  /** No call before this run time: the provider asked to wait. */
  until: number;
  /** Its calls in the last minute, and their tokens. */
  readonly requests: SlidingWindow;
  readonly tokens: SlidingWindow;
  /** Why the provider refuses the account, until this run time. */
  refusal: { failure: Failure; until: number } | null;
}

/**
 * The limiter of model calls, for all slots together. For each provider, origin and key it limits the calls in flight
 * (one per slot at first; halved by a refusal, raised by ten answers in a row) and, where set, the requests and tokens
 * per minute; for each agent, its own requests per minute. Each endpoint grants requests in order of arrival; a request
 * that waits for its own agent's limit does not block other agents. It uses no clock: callers pass the run time, and
 * `wakeAt` returns when to call again.
 */
export class RateLimiter {
  readonly #settings: LimiterSettings;
  readonly #tell: (draft: EventDraft) => void;
  readonly #endpoints = new Map<string, EndpointState>();
  readonly #permits = new Map<string, Permit>();
  readonly #agents = new Map<string, SlidingWindow>();
  #slots: number;
  #lastPermit = 0;

  constructor(slots: number, settings: LimiterSettings, tell: (draft: EventDraft) => void) {
    this.#slots = slots;
    this.#settings = settings;
    this.#tell = tell;
  }

  setSlots(slots: number): void {
    for (const state of this.#endpoints.values()) if (state.allowed === this.#slots) state.allowed = slots;
    this.#slots = slots;
  }

  /** `lane` tells provider, origin and key apart; `grant` is called at once or by a later `release` or `wake`. */
  acquire(t: number, lane: string, origin: string, request: Request): void {
    this.#state(lane, origin).queue.push(request);
    this.wake(t);
  }

  /** The request is no longer wanted. Who stood behind it may go: `wake` says so. */
  cancel(id: string): void {
    for (const { queue } of this.#endpoints.values()) {
      const at = queue.findIndex((request) => request.id === id);
      if (at >= 0) queue.splice(at, 1);
    }
  }

  /** A call is over; `gone`: its turn ended first, so it may have reached the provider until now. */
  release(t: number, id: string, over: CallReport | 'gone'): void {
    const permit = this.#permits.get(id);
    if (!permit) return;
    this.#permits.delete(id);
    permit.state.inFlight -= 1;
    this.#date(t, permit, over);
    if (over !== 'gone') this.#learn(t, permit.state, over.end);
    this.wake(t);
  }

  /** Grants what can be granted now. */
  wake(t: number): void {
    for (const state of this.#endpoints.values()) {
      for (const request of [...state.queue]) {
        // Who was let go before it may have had it cancelled.
        if (!state.queue.includes(request)) continue;
        const { refusal } = state;
        if (refusal && t < refusal.until) {
          state.queue.splice(state.queue.indexOf(request), 1);
          request.refuse(refusal.failure);
          continue;
        }
        if (state.inFlight >= state.allowed || t < state.until) break;
        if (!this.#agentIsFree(t, request.agent)) continue;
        if (this.#full(t, state, request).length > 0) break;
        this.#grant(t, state, request);
      }
    }
  }

  /** The run time at which waiting requests may go on, or null when only a release can help, or nobody waits. */
  wakeAt(t: number): number | null {
    let earliest: number | null = null;
    for (const state of this.#endpoints.values()) {
      if (state.inFlight >= state.allowed) continue;
      for (const request of state.queue) {
        const isFree = this.#agentIsFree(t, request.agent);
        const ofAll = this.#full(t, state, request);
        const full = isFree ? ofAll : [...ofAll, this.#agent(request.agent)];
        const at = Math.max(state.until, ...full.map((minute) => minute.next));
        earliest = earliest === null ? at : Math.min(earliest, at);
        if (isFree) break; // Who stands behind it goes after it.
      }
    }
    return earliest;
  }

  /** Goes on from what the process has left that carried the run before. Nobody has asked yet. */
  restore({ uses, holds }: LimitsBefore): void {
    for (const use of uses) this.#remember(use);
    for (const { lane, inFlight, until } of holds) {
      const state = this.#state(lane.name, lane.origin);
      state.allowed = Math.min(state.allowed, inFlight);
      state.until = Math.max(state.until, until);
    }
  }

  /** What holds at `t` and was said to another than who begins now. */
  stillHeld(t: number): EventDraft[] {
    const held = [...this.#endpoints.values()].filter(({ until }) => until > t);
    return held.map(({ origin, allowed, until }) => ({
      type: 'limiter',
      origin,
      in_flight: allowed,
      reason: 'set',
      until,
    }));
  }

  /** What holds up every call of an agent now, as far as time will end it; null: nothing does. */
  throttleOf(t: number, lane: string | null, agent: string): Throttle | null {
    const { rpm, tokensPerMinute } = this.#settings;
    const state = lane === null ? undefined : this.#endpoints.get(lane);
    const asked = (state?.until ?? 0) - t;
    const isLimited =
      rpm !== undefined || tokensPerMinute !== undefined || this.#settings.agentRpm(agent) !== undefined;
    if (asked <= 0 && !isLimited) return null;
    const full: SlidingWindow[] = [];
    if (state && rpm !== undefined && state.requests.sum(t) >= rpm) full.push(state.requests);
    if (state && tokensPerMinute !== undefined && state.tokens.sum(t) >= tokensPerMinute) full.push(state.tokens);
    if (!this.#agentIsFree(t, agent)) full.push(this.#agent(agent));
    const minute = Math.max(0, ...full.map(({ next }) => next - t));
    if (asked <= 0 && minute === 0) return null;
    return asked >= minute ? { by: 'provider', ms: asked } : { by: 'minute', ms: minute };
  }

  #remember({ lane, agent, tokens, leaves }: RestoredUse): void {
    const state = lane === null ? null : this.#state(lane.name, lane.origin);
    const use = this.#use(leaves, state, { agent, tokens });
    for (const counted of [...use.requests, ...(use.tokens ? [use.tokens] : [])]) counted.leaveAt(leaves);
  }

  /** The minutes of an endpoint in which there is no room; a request larger than all of the minute's tokens goes alone. */
  #full(t: number, { requests, tokens }: EndpointState, request: Request): SlidingWindow[] {
    const { rpm, tokensPerMinute } = this.#settings;
    const full: SlidingWindow[] = [];
    if (rpm !== undefined && requests.sum(t) >= rpm) full.push(requests);
    if (tokensPerMinute === undefined) return full;
    const used = tokens.sum(t);
    if (used > 0 && used + request.tokens > tokensPerMinute) full.push(tokens);
    return full;
  }

  #agentIsFree(t: number, agent: string): boolean {
    const most = this.#settings.agentRpm(agent);
    return most === undefined || this.#agent(agent).sum(t) < most;
  }

  #grant(t: number, state: EndpointState, request: Request): void {
    state.queue.splice(state.queue.indexOf(request), 1);
    this.#lastPermit += 1;
    const permit = `permit-${this.#lastPermit}`;
    state.inFlight += 1;
    this.#permits.set(permit, { state: state, ...this.#use(t, state, request) });
    request.grant(permit);
  }

  /** Counts a call in the minutes that are limited. */
  #use(
    t: number,
    state: EndpointState | null,
    { agent, tokens }: Pick<Request, 'agent' | 'tokens'>,
  ): Pick<Permit, 'requests' | 'tokens'> {
    const { rpm, tokensPerMinute, agentRpm } = this.#settings;
    const ofAll = state === null || rpm === undefined ? [] : [state.requests.add(t, 1)];
    const ofAgent = agentRpm(agent) === undefined ? [] : [this.#agent(agent).add(t, 1)];
    return {
      requests: [...ofAll, ...ofAgent],
      tokens: state === null || tokensPerMinute === undefined ? null : state.tokens.add(t, tokens),
    };
  }

  /** The minute of a call runs from when it reached the provider. Tokens beyond those that it asked for count from its end. */
  #date(t: number, { state, requests, tokens }: Permit, over: CallReport | 'gone'): void {
    const leaves = t + WINDOW_MS - (over === 'gone' ? 0 : over.reachedMsAgo);
    for (const use of requests) use.leaveAt(leaves);
    if (tokens === null) return;
    tokens.leaveAt(leaves);
    if (over === 'gone') return;
    const more = over.tokens - tokens.amount;
    tokens.lower(over.tokens);
    if (more > 0) state.tokens.add(t, more).leaveAt(t + WINDOW_MS);
  }

  #learn(t: number, state: EndpointState, end: CallReport['end']): void {
    if (end === 'answered') this.#answered(state);
    else if (end === 'failed') state.answered = 0;
    else if ('noCredit' in end) state.refusal = { failure: end.noCredit, until: t + NO_CREDIT_MS };
    else this.#refuse(t, state, end.retryAfterMs ?? 0);
  }

  /**
   * However many are refused together: halved once until the wait is over; one that asks to wait longer lengthens it.
   * Nobody is held up longer than a task's patience lasts, whatever the provider asks for: who then is refused again
   * fails, and the run comes to its end.
   */
  #refuse(t: number, state: EndpointState, retryAfterMs: number): void {
    state.answered = 0;
    const until = t + Math.min(Math.max(retryAfterMs, MIN_COOLDOWN_MS), RATE_LIMIT_PATIENCE_MS);
    const isHeld = t < state.until;
    if (until <= state.until) return;
    state.until = until;
    if (!isHeld) state.allowed = Math.max(1, Math.floor(state.allowed / 2));
    const reason = isHeld ? 'extended' : 'refused';
    this.#tell({ type: 'limiter', origin: state.origin, in_flight: state.allowed, reason, until });
  }

  #answered(state: EndpointState): void {
    state.refusal = null;
    if (state.allowed >= this.#slots) return;
    state.answered += 1;
    if (state.answered < ANSWERS_TO_RAISE) return;
    state.answered = 0;
    state.allowed += 1;
    this.#tell({ type: 'limiter', origin: state.origin, in_flight: state.allowed, reason: 'recovered' });
  }

  #state(lane: string, origin: string): EndpointState {
    const known = this.#endpoints.get(lane);
    if (known) return known;
    const counts = { inFlight: 0, allowed: this.#slots, answered: 0, until: 0, refusal: null };
    const state: EndpointState = {
      origin,
      queue: [],
      ...counts,
      requests: new SlidingWindow(),
      tokens: new SlidingWindow(),
    };
    this.#endpoints.set(lane, state);
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
