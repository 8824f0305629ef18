import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventDraft } from '../../../shared/run/events.ts';
import { SharedLimiter } from './shared-limiter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const NO_LIMITS = { rpm: undefined, tokensPerMinute: undefined, agentRpm: new Map() };

/** A row whose run time began `late` ms after the batch. */
function rowOf(limiter: SharedLimiter, late: number) {
  const told: EventDraft[] = [];
  const permits: string[] = [];
  const { permits: row, leave } = limiter.join(
    () => Math.round(performance.now()) - late,
    (draft) => told.push(draft),
    () => undefined,
  );
  const ask = (id: string) =>
    row.acquire(
      0,
      { name: 'endpoint', origin: 'http://model' },
      {
        id,
        agent: 'ada',
        tokens: 1,
        grant: (permit) => permits.push(permit),
        refuse: () => undefined,
      },
    );
  return { row, told, permits, ask, leave };
}

describe('the limit of a provider over all rows of a batch', () => {
  test('counts what all rows ask together, first come, first served', () => {
    const limiter = new SharedLimiter(2, NO_LIMITS, () => performance.now());
    const [one, two] = [rowOf(limiter, 0), rowOf(limiter, 0)];
    one.ask('a');
    two.ask('a');
    two.ask('b');
    one.ask('b');
    expect([one.permits.length, two.permits.length]).toEqual([1, 1]);
    one.row.release(0, one.permits[0] ?? '', { end: 'answered', tokens: 1, reachedMsAgo: 0 });
    expect([one.permits.length, two.permits.length]).toEqual([1, 2]);
  });

  test('a refusal of one row holds up the other, each told in its own time, and both go on by themselves', () => {
    const limiter = new SharedLimiter(2, NO_LIMITS, () => performance.now());
    vi.advanceTimersByTime(500);
    const start = Math.round(performance.now());
    const [one, two] = [rowOf(limiter, 0), rowOf(limiter, 300)];
    one.ask('a');
    one.row.release(0, one.permits[0] ?? '', { end: { retryAfterMs: 2000 }, tokens: 1, reachedMsAgo: 0 });
    expect(one.told).toMatchObject([{ type: 'limiter', in_flight: 1, until: start + 2000 }]);
    expect(two.told).toMatchObject([{ type: 'limiter', in_flight: 1, until: start + 1700 }]);
    two.ask('a');
    expect(two.permits).toEqual([]);
    one.leave();
    vi.advanceTimersByTime(2001);
    expect(two.permits).toHaveLength(1);
    limiter.end();
  });

  test('a wait that is over just after the limiter was woken, and before its clock is set, is not slept through', () => {
    const early: number[] = [];
    const limiter = new SharedLimiter(2, NO_LIMITS, () => performance.now() + (early.shift() ?? 0));
    const row = rowOf(limiter, 0);
    row.ask('a');
    row.row.release(0, row.permits[0] ?? '', { end: { retryAfterMs: 2000 }, tokens: 1, reachedMsAgo: 0 });
    row.ask('b');
    early.push(-1);
    vi.advanceTimersByTime(2010);
    expect(row.permits).toHaveLength(2);
    limiter.end();
  });
});
