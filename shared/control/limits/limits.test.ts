import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Gate } from './testing/gate.ts';

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

describe('after a provider has refused an account', () => {
  const noCredit = { kind: 'quota', message: 'No credit.' } as const;

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

  test('a provider that refused an account is not called again in the run, also after hours', () => {
    const gate = new Gate(2);
    gate.end(gate.ask(), { noCredit });
    gate.at(300_000);
    gate.ask();
    gate.at(36_000_000);
    gate.ask();
    expect(gate.refused).toEqual(['2', '3']);
    expect(gate.ids).toEqual(['1']);
  });
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
