import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../shared/run/events.ts';
import { Limiter, type LimiterSettings } from './limiter.ts';

/** A limiter, and who has been let go: each request by its number, with the time. */
class Gate {
  readonly limiter: Limiter;
  readonly granted: { id: string; agent: string; t: number; permit: string }[] = [];
  readonly told: EventDraft[] = [];
  t = 0;
  #requests = 0;

  constructor(slots: number, settings: Partial<LimiterSettings> = {}) {
    const all = { rpm: undefined, tokensPerMinute: undefined, agentRpm: () => undefined, ...settings };
    this.limiter = new Limiter(slots, all, (draft) => this.told.push(draft));
  }

  ask(agent = 'ada', tokens = 1, lane = 'one'): string {
    this.#requests += 1;
    const id = String(this.#requests);
    const grant = (permit: string) => void this.granted.push({ id, agent, t: this.t, permit });
    this.limiter.acquire(this.t, lane, `origin of ${lane}`, { id, agent, tokens, grant });
    return id;
  }

  end(id: string, end: Parameters<Limiter['release']>[3], tokens = 1): void {
    const { permit } = this.granted.find((one) => one.id === id) ?? { permit: '' };
    this.limiter.release(this.t, permit, tokens, end);
  }

  /** As the engine does: run time goes on, and the limiter is woken whenever it asked for it. */
  at(t: number): void {
    for (let wake = this.limiter.wakeAt(this.t); wake !== null && wake <= t; wake = this.limiter.wakeAt(this.t)) {
      if (wake <= this.t) break;
      this.t = wake;
      this.limiter.wake(wake);
    }
    this.t = t;
    this.limiter.wake(t);
  }

  get ids(): string[] {
    return this.granted.map(({ id }) => id);
  }

  /** One call after the other, each ended so. */
  calls(count: number, end: 'answered' | 'failed' | 'gone'): void {
    for (let call = 0; call < count; call += 1) this.end(this.ask(), end);
  }

  inFlight(): (number | undefined)[] {
    return this.told.map((draft) => (draft.type === 'limiter' ? draft.in_flight : undefined));
  }
}

describe('calls in flight', () => {
  test('are one a slot at first, for each provider, origin and key', () => {
    const gate = new Gate(2);
    for (const lane of ['one', 'one', 'one', 'other']) gate.ask('ada', 1, lane);
    expect(gate.ids).toEqual(['1', '2', '4']);
    gate.end('1', 'answered');
    expect(gate.ids).toEqual(['1', '2', '4', '3']);
  });

  test('are halved once by a refusal, however many are refused together, and never below one', () => {
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

  test('wait as long as the provider asks, one second at least, and ten minutes at most', () => {
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

  test('are raised by one for ten answers in a row; a failed call begins the row anew, one that nobody knows of does not', () => {
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

test('an agent that has used up its own minute holds up no other one', () => {
  const gate = new Gate(4, { agentRpm: (agent) => (agent === 'slow' ? 1 : undefined) });
  const [first, second, other] = [gate.ask('slow'), gate.ask('slow'), gate.ask('ada')];
  expect(gate.ids).toEqual([first, other]);
  gate.at(59_999);
  expect(gate.ids).not.toContain(second);
  gate.at(60_000);
  expect(gate.ids).toEqual([first, other, second]);
});

test('a request that is larger than the minute’s tokens goes when nothing else was used', () => {
  const gate = new Gate(4, { tokensPerMinute: 100 });
  gate.ask('ada', 60);
  const large = gate.ask('ada', 500);
  gate.at(59_999);
  expect(gate.ids).toEqual(['1']);
  gate.at(60_000);
  expect(gate.ids).toEqual(['1', large]);
});

test('whatever comes: limits are kept, nobody overtakes within an agent, and everybody gets through in the end', () => {
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
      const gate = new Gate(slots, { rpm: 7, tokensPerMinute: 100, agentRpm: (agent) => (agent === 'bo' ? 3 : 5) });
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
