import { expect } from 'vitest';
import type { EventDraft } from '../../../run/events.ts';
import type { CallReport } from '../call-report.ts';
import type { LimitsAction, LimitsChange } from '../limit-actions.ts';
import { Limits } from '../limits.ts';
import type { LimitSettings } from '../settings.ts';

interface Granted {
  id: string;
  agent: string;
  t: number;
  permit: string;
}

/** Drives limits as the engine does, and records grants and refusals. */
export class Gate {
  readonly limits: Limits;
  readonly granted: Granted[] = [];
  readonly events: EventDraft[] = [];
  /** Requests that were refused because of the account. */
  readonly refused: string[] = [];
  t = 0;
  readonly #agents: string[] = [];

  constructor(slots: number, settings: Partial<LimitSettings> = {}) {
    this.limits = new Limits(slots, { rpm: undefined, tokensPerMinute: undefined, agentRpm: new Map(), ...settings });
  }

  ask(agent = 'ada', tokens = 1, endpoint = 'one'): string {
    this.#agents.push(agent);
    const id = String(this.#agents.length);
    this.#change({
      type: 'permit.requested',
      endpoint: { name: endpoint, origin: `origin of ${endpoint}` },
      request: { id, agent, tokens },
    });
    return id;
  }

  /** Ends a call; `gone`: its turn ended before the call did. */
  end(id: string, end: CallReport['end'] | 'gone', tokens = 1, reachedMsAgo = 0): void {
    const { permit } = this.granted.find((one) => one.id === id) ?? { permit: '' };
    this.#change({ type: 'permit.returned', permit, report: end === 'gone' ? null : { end, tokens, reachedMsAgo } });
  }

  withdraw(id: string): void {
    this.#change({ type: 'permit.withdrawn', request: id });
  }

  /** Lets run time pass, waking the limits whenever they ask for it. */
  at(t: number): void {
    for (let wake = this.limits.wakeAt(this.t); wake !== null && wake <= t; wake = this.limits.wakeAt(this.t)) {
      this.#wake(wake);
    }
    this.#wake(t);
  }

  /** After everything that can be granted was granted, the next wake lies ahead. */
  #wake(t: number): void {
    this.t = t;
    this.#settle();
    const next = this.limits.wakeAt(t);
    if (next !== null) expect(next).toBeGreaterThan(t);
  }

  #change(change: LimitsChange): void {
    this.limits.reduce(change, this.t);
    this.#settle();
  }

  #settle(): void {
    for (let action = this.limits.next(this.t); action !== null; action = this.limits.next(this.t)) {
      // Without reporting the action, `next` returns the same action again.
      expect(this.limits.next(this.t)).toEqual(action);
      this.limits.reduce(action, this.t);
      this.#perform(action);
    }
  }

  #perform(action: LimitsAction): void {
    if (action.type === 'limit.changed') this.events.push(action.draft);
    else if (action.type === 'permit.refused') this.refused.push(action.request);
    else {
      const { request: id, permit } = action;
      this.granted.push({ id, agent: this.#agents[Number(id) - 1] ?? '', t: this.t, permit });
    }
  }

  get ids(): string[] {
    return this.granted.map(({ id }) => id);
  }

  /** Makes calls one after the other, which all end in the same way. */
  calls(count: number, end: 'answered' | 'failed' | 'gone'): void {
    for (let call = 0; call < count; call += 1) this.end(this.ask(), end);
  }

  inFlight(): (number | undefined)[] {
    return this.events.map((draft) => (draft.type === 'limiter' ? draft.in_flight : undefined));
  }
}
