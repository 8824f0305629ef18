import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorKindSchema, type Failure, isTransient } from '../../run/error-kind.ts';
import type { EventDraft, RunEvent } from '../../run/events.ts';
import { backoffMs, Retries } from './retries.ts';

const RETRIES = { max: 2, base_s: 1, factor: 2, cap_s: 60 };
const BROKEN: Failure = { kind: 'network', message: 'No answer.' };
const LIMITED: Failure = { kind: 'rate_limit', status: 429, message: 'Slow down.' };

type Past = Partial<Extract<RunEvent, { type: 'attempt.ended' }>> & { permitAfter?: number };

/** The retries after these attempts, each of a second, and the start of the one that is about to end, at `t`. */
function retriesAfter(past: readonly Past[]): { retries: Retries; t: number } {
  const retries = new Retries();
  let t = 0;
  const take = (event: object) => retries.reduce(event as EventDraft, t); // The events that the engine would have written.
  [...past, null].forEach((ended, index) => {
    const of = { task: 'it', attempt: index + 1 };
    take({ type: 'attempt.started', ...of, slot: 1, agent: 'ada' });
    if (ended === null) return;
    const { permitAfter = 0, ...end } = ended;
    t += permitAfter + 1000;
    const numbers = { ms: 1000, first_token_ms: null, prompt_tokens: 0, completion_tokens: 0, cost_usd: 0 };
    take({ type: 'llm.call', ...of, agent: 'ada', model: 'm', ...numbers });
    take({ type: 'attempt.ended', ...of, result: 'error', kind: 'network', retry_at: t, ...end });
    t = end.retry_at ?? t;
  });
  return { retries, t };
}

function decided(
  past: readonly Past[],
  failure: Failure,
  more: { crashed?: boolean; max?: number; random?: number } = {},
) {
  const { retries, t } = retriesAfter(past);
  const { crashed = false, max = RETRIES.max, random = 0 } = more;
  return { ...retries.afterFailure({ task: 'it' }, { ...RETRIES, max }, { failure, crashed, t, random }), t };
}

describe('retries of a failure', () => {
  test('only 408, 409, 5xx, network errors, broken answers, crashes and expired deadlines are retried', () => {
    const http = (status: number): Failure => ({ kind: 'http', status, message: '' });
    for (const status of [408, 409, 500, 501, 503, 504, 599]) expect(isTransient(http(status))).toBe(true);
    for (const status of [400, 402, 404, 405, 410, 413, 422]) expect(isTransient(http(status))).toBe(false);
    const transient = ['rate_limit', 'network', 'bad_answer', 'timeout', 'crash', 'memory', 'lost'];
    for (const kind of errorKindSchema.options) {
      if (kind !== 'http') expect([kind, isTransient({ kind, message: '' })]).toEqual([kind, transient.includes(kind)]);
    }
  });

  test('retries end after 1 + max attempts', () => {
    for (const max of [0, 1, 5]) {
      const past = Array.from({ length: max }, (): Past => ({}));
      expect(decided(past, BROKEN, { max }).retry).toBe(false);
      if (max > 0) expect(decided(past.slice(1), BROKEN, { max }).retry).toBe(true);
    }
  });

  test('crashes and expired deadlines use up retries, but lost, cancelled and rate-limited attempts do not', () => {
    const counted: Past[] = [
      { result: 'crash', kind: 'crash' },
      { result: 'timeout', kind: 'timeout' },
    ];
    expect(decided(counted, BROKEN).retry).toBe(false);
    const free: Past[] = [
      { result: 'lost', kind: 'lost' },
      { result: 'cancelled', kind: 'cancelled' },
      { kind: 'rate_limit', rate_limited: true },
    ];
    expect(decided([...free, ...free, ...free], BROKEN, { max: 1 }).retry).toBe(true);
  });

  test('retries end after three crashes in a row, whatever max is; an answer in between resets the count', () => {
    const crash: Past = { result: 'crash', kind: 'memory' };
    const failure: Failure = { kind: 'crash', message: 'It ended.' };
    expect(decided([crash], failure, { crashed: true, max: 20 }).retry).toBe(true);
    expect(decided([crash, crash], failure, { crashed: true, max: 20 }).retry).toBe(false);
    expect(decided([crash, {}, crash], failure, { crashed: true, max: 20 }).retry).toBe(true);
    expect(decided([crash, crash], BROKEN, { max: 20 }).retry).toBe(true);
  });
});

describe('the time of a retry', () => {
  test('the backoff grows to its cap, with full jitter', () => {
    fc.assert(
      fc.property(
        fc.record({
          base_s: fc.double({ min: 0, max: 600, noNaN: true }),
          factor: fc.double({ min: 1, max: 10, noNaN: true }),
          cap_s: fc.double({ min: 0, max: 3600, noNaN: true }),
        }),
        fc.integer({ min: 0, max: 20 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (given, used, random) => {
          const most = Math.min(given.base_s * given.factor ** used, given.cap_s) * 1000;
          const wait = backoffMs({ max: 20, ...given }, used, random);
          expect(Number.isInteger(wait)).toBe(true);
          expect(Math.abs(wait - most * random)).toBeLessThanOrEqual(0.51 + most * 1e-9);
        },
      ),
    );
    const widths = [0, 1, 2, 3].map((used) => backoffMs(RETRIES, used, 0.5));
    expect(widths).toEqual([500, 1000, 2000, 4000]);
  });

  test('a retry starts no earlier than Retry-After', () => {
    const failure = { ...BROKEN, kind: 'http' as const, status: 500, retry_after_ms: 5000 };
    const { t, ...next } = decided([], failure, { random: 0.5 });
    expect(next).toEqual({ retry: true, retryAt: t + 5000, rateLimited: false });
    const later = decided([{}], { ...failure, retry_after_ms: 1 }, { random: 0.999 });
    expect(later).toMatchObject({ retryAt: later.t + 1998 });
  });
});

test('Retry-After has one ceiling for all statuses: a longer wait fails the task and reports its length', () => {
  const failures = [408, 409, 500, 502, 503, 529].map(
    (status): Failure => ({ kind: 'http', status, message: 'Busy.' }),
  );
  for (const failure of [...failures, LIMITED]) {
    const within = decided([], { ...failure, retry_after_ms: 600_000 });
    expect(within).toMatchObject({ retry: true, retryAt: within.t + 600_000 });
    expect(decided([], { ...failure, retry_after_ms: 1_000_000_000 })).toMatchObject({
      retry: false,
      failure: { kind: failure.kind, message: expect.stringContaining('asks to wait 11 d 13 h') },
    });
  }
});

describe('a refusal for the provider’s limit', () => {
  test('a refusal delays the task for at least one second and uses up no retry', () => {
    const next = decided([], LIMITED, { max: 0 });
    expect(next).toMatchObject({ retry: true, retryAt: next.t + 1000, rateLimited: true });
    const named = decided([], { ...LIMITED, retry_after_ms: 90_000 }, { max: 0 });
    expect(named).toMatchObject({ retryAt: named.t + 90_000 });
  });

  test('waits of ten minutes after refusals fail the task with kind rate_limit', () => {
    const waits = (count: number) =>
      Array.from({ length: count }, (_, index): Past => {
        return { kind: 'rate_limit', rate_limited: true, retry_at: index * 61_000 + 61_000 };
      });
    expect(decided(waits(9), { ...LIMITED, retry_after_ms: 60_000 })).toMatchObject({ retry: true });
    expect(decided(waits(10), LIMITED)).toMatchObject({ retry: false, failure: { kind: 'rate_limit' } });
    expect(decided([], { ...LIMITED, retry_after_ms: 601_000 })).toMatchObject({ retry: false });
  });

  test('the waits after a refusal include the waits for permits in later attempts', () => {
    const refused: Past = { kind: 'rate_limit', rate_limited: true };
    expect(decided([refused, { ...refused, permitAfter: 598_000 }], LIMITED)).toMatchObject({ retry: true });
    expect(decided([refused, { ...refused, permitAfter: 600_000 }], LIMITED)).toMatchObject({ retry: false });
    // A wait before any refusal is caused by the crew's own limit and does not count.
    expect(decided([{ permitAfter: 900_000 }], LIMITED)).toMatchObject({ retry: true });
  });
});

test('the turns of a task are retried separately', () => {
  const retries = new Retries();
  const failure: EventDraft = { type: 'attempt.ended', task: 'it', attempt: 1, turn: 'vote:ada', result: 'error' };
  retries.reduce(failure, 0);
  const failed = { failure: BROKEN, crashed: false, t: 0, random: 0 };
  expect(retries.afterFailure({ task: 'it', turn: 'vote:ada' }, { ...RETRIES, max: 1 }, failed).retry).toBe(false);
  expect(retries.afterFailure({ task: 'it', turn: 'vote:bo' }, { ...RETRIES, max: 1 }, failed).retry).toBe(true);
});
