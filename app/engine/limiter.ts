import type { EventDraft } from '../../shared/run/events.ts';
import { RATE_LIMIT_PATIENCE_MS } from './retry.ts';

const WINDOW_MS = 60_000;
const LEAST_HOLD_MS = 1000;
/** So many answers in a row raise the number of calls in flight by one. */
const ANSWERS_TO_RAISE = 10;

export interface LimiterSettings {
  /** Requests and tokens a minute over all slots; undefined: no limit. */
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
}

/**
 * How a call ended: answered, failed for another reason than the provider's limit, refused for it, or `gone`: its turn
 * ended first, and nobody knows.
 */
export type CallEnd = 'answered' | 'failed' | 'gone' | { retryAfterMs: number | null };

/** Permits for model calls, as a run asks for them. */
export type Permits = Pick<Limiter, 'setSlots' | 'acquire' | 'cancel' | 'release' | 'wake' | 'wakeAt'>;

/** Calls of the last minute, by run time. */
class Minute {
  readonly #entries: { t: number; amount: number }[] = [];
  #sum = 0;

  sum(t: number): number {
    while (this.#entries[0] && this.#entries[0].t <= t - WINDOW_MS) this.#sum -= this.#entries.shift()?.amount ?? 0;
    return this.#sum;
  }

  add(t: number, amount: number): void {
    this.#entries.push({ t, amount });
    this.#sum += amount;
  }

  /** When the oldest call leaves the minute. */
  get next(): number {
    return (this.#entries[0]?.t ?? 0) + WINDOW_MS;
  }
}

/** One provider, origin and key. */
interface Door {
  readonly origin: string;
  readonly queue: Request[];
  inFlight: number;
  allowed: number;
  /** Answers in a row. */
  answered: number;
  /** No call before this run time: the provider asked to wait. */
  until: number;
}

/**
 * The limiter of model calls, for all slots together: calls in flight for each provider, origin and key (one a slot at
 * first; halved by a refusal, raised by ten answers in a row), and the minute's requests and tokens where they are set.
 * First come, first served; who waits for the minute of its own agent holds up no other agent. It reads no clock: run time comes in, and `wakeAt` says when to ask again.
 */
export class Limiter {
  readonly #settings: LimiterSettings;
  readonly #tell: (draft: EventDraft) => void;
  readonly #doors = new Map<string, Door>();
  readonly #permits = new Map<string, { door: Door; tokens: number }>();
  readonly #requests = new Minute();
  readonly #tokens = new Minute();
  readonly #agents = new Map<string, Minute>();
  #slots: number;
  #lastPermit = 0;

  constructor(slots: number, settings: LimiterSettings, tell: (draft: EventDraft) => void) {
    this.#slots = slots;
    this.#settings = settings;
    this.#tell = tell;
  }

  setSlots(slots: number): void {
    for (const door of this.#doors.values()) if (door.allowed === this.#slots) door.allowed = slots;
    this.#slots = slots;
  }

  /** `lane` tells provider, origin and key apart; `grant` is called at once or by a later `release` or `wake`. */
  acquire(t: number, lane: string, origin: string, request: Request): void {
    this.#door(lane, origin).queue.push(request);
    this.wake(t);
  }

  /** The request is no longer wanted. */
  cancel(id: string): void {
    for (const { queue } of this.#doors.values()) {
      const at = queue.findIndex((request) => request.id === id);
      if (at >= 0) queue.splice(at, 1);
    }
  }

  /** A call is over. `tokens` is what it really took. */
  release(t: number, permit: string, tokens: number, end: CallEnd): void {
    const held = this.#permits.get(permit);
    if (!held) return;
    this.#permits.delete(permit);
    held.door.inFlight -= 1;
    this.#tokens.add(t, tokens - held.tokens);
    if (end === 'answered') this.#answered(held.door);
    else if (end === 'failed') held.door.answered = 0;
    else if (end !== 'gone') this.#refuse(t, held.door, end.retryAfterMs ?? 0);
    this.wake(t);
  }

  /** Grants what can be granted now. */
  wake(t: number): void {
    for (const door of this.#doors.values()) {
      for (const request of [...door.queue]) {
        if (door.inFlight >= door.allowed || t < door.until || this.#full(t, request).length > 0) break;
        if (this.#agentIsFree(t, request.agent)) this.#grant(t, door, request);
      }
    }
  }

  /** The run time at which waiting requests may go on, or null when only a release can help, or nobody waits. */
  wakeAt(t: number): number | null {
    let earliest: number | null = null;
    for (const door of this.#doors.values()) {
      if (door.inFlight >= door.allowed) continue;
      for (const request of door.queue) {
        const isFree = this.#agentIsFree(t, request.agent);
        const full = isFree ? this.#full(t, request) : [...this.#full(t, request), this.#agent(request.agent)];
        const at = Math.max(door.until, ...full.map((minute) => minute.next));
        earliest = earliest === null ? at : Math.min(earliest, at);
        if (isFree) break; // Who stands behind it goes after it.
      }
    }
    return earliest;
  }

  /** The minutes of all agents together in which there is no room; a request larger than all of the minute's tokens goes alone. */
  #full(t: number, request: Request): Minute[] {
    const { rpm, tokensPerMinute } = this.#settings;
    const full: Minute[] = [];
    if (rpm !== undefined && this.#requests.sum(t) >= rpm) full.push(this.#requests);
    const used = this.#tokens.sum(t);
    if (tokensPerMinute !== undefined && used > 0 && used + request.tokens > tokensPerMinute) full.push(this.#tokens);
    return full;
  }

  #agentIsFree(t: number, agent: string): boolean {
    const most = this.#settings.agentRpm(agent);
    return most === undefined || this.#agent(agent).sum(t) < most;
  }

  #grant(t: number, door: Door, request: Request): void {
    door.queue.splice(door.queue.indexOf(request), 1);
    this.#lastPermit += 1;
    const permit = `permit-${this.#lastPermit}`;
    door.inFlight += 1;
    this.#permits.set(permit, { door, tokens: request.tokens });
    this.#requests.add(t, 1);
    this.#tokens.add(t, request.tokens);
    this.#agent(request.agent).add(t, 1);
    request.grant(permit);
  }

  /**
   * However many are refused together: halved once until the wait is over. Nobody is held up longer than a task's patience
   * lasts, whatever the provider asks for: who then is refused again fails, and the run comes to its end.
   */
  #refuse(t: number, door: Door, retryAfterMs: number): void {
    door.answered = 0;
    const held = t < door.until;
    const hold = Math.min(Math.max(retryAfterMs, LEAST_HOLD_MS), RATE_LIMIT_PATIENCE_MS);
    door.until = Math.max(door.until, t + hold);
    if (held) return;
    door.allowed = Math.max(1, Math.floor(door.allowed / 2));
    this.#tell({ type: 'limiter', origin: door.origin, in_flight: door.allowed, reason: 'refused', until: door.until });
  }

  #answered(door: Door): void {
    if (door.allowed >= this.#slots) return;
    door.answered += 1;
    if (door.answered < ANSWERS_TO_RAISE) return;
    door.answered = 0;
    door.allowed += 1;
    this.#tell({ type: 'limiter', origin: door.origin, in_flight: door.allowed, reason: 'recovered' });
  }

  #door(lane: string, origin: string): Door {
    const known = this.#doors.get(lane);
    if (known) return known;
    const door: Door = { origin, queue: [], inFlight: 0, allowed: this.#slots, answered: 0, until: 0 };
    this.#doors.set(lane, door);
    return door;
  }

  #agent(name: string): Minute {
    const known = this.#agents.get(name);
    if (known) return known;
    const minute = new Minute();
    this.#agents.set(name, minute);
    return minute;
  }
}
