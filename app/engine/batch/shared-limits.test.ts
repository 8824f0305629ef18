import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CallReport } from '../../../shared/control/limits/call-report.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import { SharedLimits } from './shared-limits.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const NO_LIMITS = { rpm: undefined, tokensPerMinute: undefined, agentRpm: new Map() };

/** A row whose run time began `late` ms after the batch. It performs its actions when it is woken, as the engine does. */
function rowOf(limits: SharedLimits, late: number) {
  const events: EventDraft[] = [];
  const permits: string[] = [];
  const settle = () => {
    for (let action = row.next(0); action !== null; action = row.next(0)) {
      row.reduce(action, 0);
      if (action.type === 'limit.changed') events.push(action.draft);
      if (action.type === 'permit.granted') permits.push(action.permit);
    }
  };
  const { limits: row, leave } = limits.join({ now: () => Math.round(performance.now()) - late, wake: () => settle() });
  const ask = (id: string) => {
    const request = { id, agent: 'ada', tokens: 1 };
    row.reduce({ type: 'permit.requested', endpoint: { name: 'endpoint', origin: 'http://model' }, request }, 0);
  };
  const end = (end: CallReport['end']) => {
    const report = { end, tokens: 1, reachedMsAgo: 0 };
    row.reduce({ type: 'permit.returned', permit: permits[0] ?? '', report }, 0);
  };
  return { events, permits, ask, end, leave };
}

describe('provider limits over all rows of a batch', () => {
  test('shared limits count the requests of all rows, first come, first served', () => {
    const limits = new SharedLimits(2, NO_LIMITS, () => performance.now());
    const [one, two] = [rowOf(limits, 0), rowOf(limits, 0)];
    one.ask('a');
    two.ask('a');
    two.ask('b');
    one.ask('b');
    expect([one.permits.length, two.permits.length]).toEqual([1, 1]);
    one.end('answered');
    expect([one.permits.length, two.permits.length]).toEqual([1, 2]);
  });

  test('a refusal in one row delays the other, each row journals it in its own time, and both resume automatically', () => {
    const limits = new SharedLimits(2, NO_LIMITS, () => performance.now());
    vi.advanceTimersByTime(500);
    const start = Math.round(performance.now());
    const [one, two] = [rowOf(limits, 0), rowOf(limits, 300)];
    one.ask('a');
    one.end({ retryAfterMs: 2000 });
    expect(one.events).toMatchObject([{ type: 'limiter', in_flight: 1, until: start + 2000 }]);
    expect(two.events).toMatchObject([{ type: 'limiter', in_flight: 1, until: start + 1700 }]);
    two.ask('a');
    expect(two.permits).toEqual([]);
    one.leave();
    vi.advanceTimersByTime(2001);
    expect(two.permits).toHaveLength(1);
    limits.end();
  });

  test('a wait that ends between the wake-up of the limiter and the setting of its timer is not missed', () => {
    const early: number[] = [];
    const limits = new SharedLimits(2, NO_LIMITS, () => performance.now() + (early.shift() ?? 0));
    const row = rowOf(limits, 0);
    row.ask('a');
    row.end({ retryAfterMs: 2000 });
    row.ask('b');
    early.push(-1);
    vi.advanceTimersByTime(2010);
    expect(row.permits).toHaveLength(2);
    limits.end();
  });
});
