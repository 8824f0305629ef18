import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../run/events.ts';
import type { CallReport } from './call-report.ts';
import { type LimitSettings, Limits, type LimitsAction, type LimitsChange } from './limits.ts';

interface Granted {
  id: string;
  agent: string;
  t: number;
  permit: string;
}

/** Drives limits as the engine does, and records grants and refusals. */
class Gate {
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

describe('calls in flight', () => {
  test('calls in flight are limited to one per slot at first, for each endpoint', () => {
    const gate = new Gate(2);
    for (const endpoint of ['one', 'one', 'one', 'other']) gate.ask('ada', 1, endpoint);
    expect(gate.ids).toEqual(['1', '2', '4']);
    gate.end('1', 'answered');
    expect(gate.ids).toEqual(['1', '2', '4', '3']);
  });

  test('concurrent refusals halve the call limit once, and never below one', () => {
    const gate = new Gate(8);
    for (let call = 0; call < 8; call += 1) gate.ask();
    for (const id of gate.ids) gate.end(id, { retryAfterMs: 5000 });
    expect(gate.inFlight()).toEqual([4]);
    for (const [t, left] of [
      [5000, 2],
      [10_000, 1],
      [15_000, 1],
    ] as const) {
      gate.at(t);
      gate.end(gate.ask(), { retryAfterMs: 5000 });
      expect(gate.inFlight().at(-1)).toBe(left);
    }
  });

  test('a second refusal with a later end extends the cooldown, is journaled, and does not halve the limit again', () => {
    const gate = new Gate(8);
    const [first, second, third] = [gate.ask(), gate.ask(), gate.ask()];
    gate.end(first, { retryAfterMs: 2000 });
    gate.at(1000);
    gate.end(second, { retryAfterMs: 500 });
    gate.end(third, { retryAfterMs: 5000 });
    expect(gate.events).toMatchObject([
      { reason: 'refused', in_flight: 4, until: 2000 },
      { reason: 'extended', in_flight: 4, until: 6000 },
    ]);
    const next = gate.ask();
    gate.at(5999);
    expect(gate.ids).not.toContain(next);
    gate.at(6000);
    expect(gate.ids).toContain(next);
  });

  test('calls wait as long as the provider asks, at least one second and at most ten minutes', () => {
    for (const [asked, waits] of [
      [null, 1000],
      [200, 1000],
      [7000, 7000],
      [86_400_000, 600_000],
    ] as const) {
      const gate = new Gate(2);
      gate.end(gate.ask(), { retryAfterMs: asked });
      const next = gate.ask();
      gate.at(waits - 1);
      expect(gate.ids).not.toContain(next);
      gate.at(waits);
      expect(gate.ids).toContain(next);
    }
  });

  test('without a time to wait, calls back off exponentially until one is answered', () => {
    const gate = new Gate(1);
    let t = 0;
    const waitAfterRefusal = (): number => {
      gate.end(gate.ask(), { retryAfterMs: null });
      const until = gate.events.flatMap((draft) => (draft.type === 'limiter' ? [draft.until ?? 0] : [])).at(-1) ?? 0;
      const waits = until - t;
      t = until;
      gate.at(t);
      return waits;
    };
    const waits = Array.from({ length: 9 }, waitAfterRefusal);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 64_000, 64_000]);
    gate.end(gate.ask(), 'answered');
    expect(waitAfterRefusal()).toBe(1000);
  });

  test('ten answers in a row raise the call limit by one; a failed call resets the count, an unknown outcome does not', () => {
    const gate = new Gate(8);
    gate.end(gate.ask(), { retryAfterMs: null });
    gate.at(1000);
    gate.calls(9, 'answered');
    gate.calls(1, 'failed');
    gate.calls(9, 'answered');
    expect(gate.inFlight()).toEqual([4]);
    gate.calls(3, 'gone');
    gate.calls(1, 'answered');
    expect(gate.inFlight()).toEqual([4, 5]);
    gate.calls(40, 'failed');
    expect(gate.inFlight()).toEqual([4, 5]);
    gate.calls(60, 'answered');
    expect(gate.inFlight()).toEqual([4, 5, 6, 7, 8]);
  });
});

test('a withdrawn request gets no permit, and the request behind it does', () => {
  const gate = new Gate(1);
  const [first, second, third] = [gate.ask(), gate.ask(), gate.ask()];
  gate.withdraw(second);
  gate.end(first, 'answered');
  expect(gate.ids).toEqual([first, third]);
});

describe('the minute of a call', () => {
  test('the minute of a call starts when the call reaches the provider, which may be after its permit', () => {
    const gate = new Gate(8, { rpm: 1 });
    const first = gate.ask();
    const second = gate.ask();
    gate.at(400);
    gate.end(first, 'answered', 1, 370);
    gate.at(60_029);
    expect(gate.ids).toEqual([first]);
    gate.at(60_030);
    expect(gate.ids).toEqual([first, second]);
  });

  test('the minute of a call does not start while the start of the call is unknown, for at most half a minute', () => {
    const gate = new Gate(8, { rpm: 1 });
    const [first, second] = [gate.ask(), gate.ask()];
    gate.at(89_999);
    expect(gate.ids).toEqual([first]);
    gate.at(90_000);
    expect(gate.ids).toEqual([first, second]);
  });

  test('the minute of a call that was not reported starts at the end of its turn, and its tokens stay counted', () => {
    const gate = new Gate(8, { tokensPerMinute: 100 });
    const first = gate.ask('ada', 90);
    const second = gate.ask('ada', 20);
    gate.at(500);
    gate.end(first, 'gone');
    gate.at(60_499);
    expect(gate.ids).toEqual([first]);
    gate.at(60_500);
    expect(gate.ids).toEqual([first, second]);
  });

  test('unused tokens are available again, and tokens beyond the estimate are counted', () => {
    const gate = new Gate(8, { tokensPerMinute: 100 });
    gate.end(gate.ask('ada', 90), 'answered', 40);
    const [second, third] = [gate.ask('ada', 60), gate.ask('ada', 1)];
    expect(gate.ids).toEqual(['1', second]);
    gate.at(10_000);
    gate.end(second, 'answered', 80, 10_000);
    // At 60 s, the 40 and the 60 leave the window, and the later 20 stay.
    gate.at(59_999);
    expect(gate.ids).not.toContain(third);
    gate.at(60_000);
    expect(gate.ids).toContain(third);
    const fourth = gate.ask('ada', 80);
    gate.at(69_999);
    expect(gate.ids).not.toContain(fourth);
    gate.at(70_000);
    expect(gate.ids).toContain(fourth);
  });
});

test('requests and tokens per minute are counted for each endpoint', () => {
  const byRequests = new Gate(4, { rpm: 1 });
  for (const endpoint of ['one', 'other', 'one']) byRequests.end(byRequests.ask('ada', 1, endpoint), 'answered');
  expect(byRequests.ids).toEqual(['1', '2']);
  expect(byRequests.limits.throttleOf(0, 'one', 'ada')).toEqual({ by: 'minute', ms: 60_000 });
  expect(byRequests.limits.throttleOf(0, 'third', 'ada')).toBe(null);
  byRequests.at(60_000);
  expect(byRequests.ids).toEqual(['1', '2', '3']);
  const byTokens = new Gate(4, { tokensPerMinute: 100 });
  for (const endpoint of ['one', 'other', 'one']) byTokens.ask('ada', 80, endpoint);
  expect(byTokens.ids).toEqual(['1', '2']);
});

test('the requests of an agent with its own limit are counted over all endpoints', () => {
  const gate = new Gate(4, { agentRpm: new Map([['ada', 1]]) });
  for (const endpoint of ['one', 'other']) gate.ask('ada', 1, endpoint);
  expect(gate.ids).toEqual(['1']);
});

test('calls from before a resume count at the endpoint of their agent', () => {
  const gate = new Gate(4, { rpm: 1 });
  const endpoint = { name: 'one', origin: 'origin of one' };
  gate.limits.restore({ cooldowns: [], uses: [{ endpoint, agent: 'ada', tokens: 1, leaves: 30_000 }] });
  gate.ask('ada', 1, 'one');
  gate.ask('bo', 1, 'other');
  expect(gate.ids).toEqual(['2']);
  gate.at(30_000);
  expect(gate.ids).toEqual(['2', '1']);
});

describe('after a provider has refused an account', () => {
  const noCredit = { kind: 'no_credit', message: 'No credit.' } as const;

  test('after a provider refused an account, all requests of the endpoint are refused without a call, and those of others are granted', () => {
    const gate = new Gate(1);
    const first = gate.ask();
    gate.ask();
    gate.end(first, { noCredit });
    gate.ask();
    gate.ask('ada', 1, 'other');
    expect(gate.refused).toEqual(['2', '3']);
    expect(gate.ids).toEqual(['1', '4']);
  });

  test('five minutes after a provider refused an account, one call tries again', () => {
    const gate = new Gate(2);
    gate.end(gate.ask(), { noCredit });
    gate.at(299_999);
    gate.ask();
    gate.at(300_000);
    gate.end(gate.ask(), 'answered');
    expect(gate.refused).toEqual(['2']);
    expect(gate.ids).toEqual(['1', '3']);
  });
});

test('an agent that has used up its own limit does not delay other agents', () => {
  const gate = new Gate(4, { agentRpm: new Map([['slow', 1]]) });
  const [first, second, other] = [gate.ask('slow'), gate.ask('slow'), gate.ask('ada')];
  expect(gate.ids).toEqual([first, other]);
  gate.end(first, 'answered');
  gate.at(59_999);
  expect(gate.ids).not.toContain(second);
  gate.at(60_000);
  expect(gate.ids).toEqual([first, other, second]);
});

test('a request that waits for its agent’s own limit reserves no tokens that other agents need', () => {
  const gate = new Gate(8, { tokensPerMinute: 100, agentRpm: new Map([['bo', 1]]) });
  const first = gate.ask('bo', 50);
  gate.ask('bo', 60);
  const other = gate.ask('ada', 40);
  expect(gate.ids).toEqual([first, other]);
});

test('a request larger than the tokens per minute is granted when the window is empty', () => {
  const gate = new Gate(4, { tokensPerMinute: 100 });
  gate.end(gate.ask('ada', 60), 'answered', 60);
  const large = gate.ask('ada', 500);
  gate.at(59_999);
  expect(gate.ids).toEqual(['1']);
  gate.at(60_000);
  expect(gate.ids).toEqual(['1', large]);
});

test('a provider with a strict minute never receives too many calls, however late each call starts', () => {
  const steps = fc.array(
    fc.record({
      begins: fc.integer({ min: 0, max: 4000 }),
      lasts: fc.integer({ min: 0, max: 50_000 }),
      pause: fc.integer({ min: 0, max: 20_000 }),
      isTold: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (asked, rpm) => {
      const gate = new Gate(4, { rpm });
      const ended = new Set<string>();
      const times = () =>
        gate.granted.map(({ id, t }) => {
          const { begins = 0, lasts = 0, isTold = true } = asked[Number(id) - 1] ?? {};
          return { id, reached: t + begins, end: t + begins + lasts, isTold };
        });
      const advance = (to: number) => {
        for (;;) {
          const [next] = times()
            .filter(({ id, end }) => !ended.has(id) && end <= to)
            .sort((a, b) => a.end - b.end);
          if (!next) break;
          gate.at(Math.max(gate.t, next.end));
          ended.add(next.id);
          gate.end(next.id, next.isTold ? 'answered' : 'gone', 1, gate.t - next.reached);
        }
        gate.at(to);
      };
      for (const { pause } of asked) {
        gate.ask();
        advance(gate.t + pause);
      }
      for (let minute = 0; ended.size < asked.length && minute < 200; minute += 1) advance(gate.t + 60_000);
      expect(ended.size).toBe(asked.length);
      const reached = times().map((call) => call.reached);
      for (const at of reached)
        expect(reached.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThanOrEqual(rpm);
    }),
  );
});

test('random requests keep all limits, stay in order for each agent, and are all granted in the end', () => {
  const steps = fc.array(
    fc.record({
      agent: fc.constantFrom('ada', 'bo'),
      tokens: fc.integer({ min: 1, max: 80 }),
      pause: fc.integer({ min: 0, max: 9000 }),
      end: fc.constantFrom('answered' as const, 'failed' as const, { retryAfterMs: 3000 }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 4 }), (asked, slots) => {
      const gate = new Gate(slots, {
        rpm: 7,
        tokensPerMinute: 100,
        agentRpm: new Map([
          ['ada', 5],
          ['bo', 3],
        ]),
      });
      const ended = new Set<string>();
      const endAll = () => {
        for (const { id } of [...gate.granted]) {
          if (ended.has(id)) continue;
          ended.add(id);
          const step = asked[Number(id) - 1];
          if (step) gate.end(id, step.end, step.tokens);
        }
      };
      for (const { agent, tokens, pause } of asked) {
        gate.ask(agent, tokens);
        expect(gate.granted.length - ended.size).toBeLessThanOrEqual(slots);
        gate.at(gate.t + pause);
        if (pause % 2 === 0) endAll();
      }
      for (let turn = 0; gate.granted.length < asked.length && turn < 200; turn += 1) {
        endAll();
        gate.at(gate.t + 60_000);
      }
      expect(gate.granted).toHaveLength(asked.length);
      for (const agent of ['ada', 'bo']) {
        const order = gate.granted.filter((one) => one.agent === agent).map(({ id }) => Number(id));
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }
      for (const { t } of gate.granted) {
        const minute = gate.granted.filter((one) => one.t > t - 60_000 && one.t <= t);
        expect(minute.length).toBeLessThanOrEqual(7);
        expect(minute.filter((one) => one.agent === 'bo').length).toBeLessThanOrEqual(3);
        const used = minute.reduce((sum, { id }) => sum + (asked[Number(id) - 1]?.tokens ?? 0), 0);
        expect(used).toBeLessThanOrEqual(100);
      }
    }),
  );
});
