import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { figuresOf } from '../../../shared/figures/figures.ts';
import type { Interval } from '../../../shared/run/intervals.ts';
import {
  completed,
  finished,
  fold,
  inOrder,
  journal,
  makeCrew,
  ran,
  type TimedDraft,
} from '../../../shared/run/testing/journal.ts';
import { randomRun } from '../../../shared/run/testing/random-run.ts';
import type { TraceEvent } from './event.ts';
import { nested } from './nest.ts';
import { traceFile } from './trace.ts';

type Crew = ReturnType<typeof makeCrew>;

function traceOf(crew: Crew, events: Parameters<typeof fold>[1]): TraceEvent[] {
  const state = fold(crew, events);
  const trace = JSON.parse(traceFile(crew, state, figuresOf(state))) as { traceEvents: TraceEvent[] };
  return trace.traceEvents;
}

const threadOf = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
const spanOf = ({ ts = -1, dur = 0 }: TraceEvent): Interval => ({ start: ts, end: ts + dur });

/**
 * Expects what Perfetto requires: nested slices, flows that begin and end in a slice, counters and names of all
 * tracks.
 */
function expectValid(trace: readonly TraceEvent[]): void {
  const threads = new Map<string, TraceEvent[]>();
  for (const slice of trace.filter(({ ph }) => ph === 'X')) {
    threads.set(threadOf(slice), [...(threads.get(threadOf(slice)) ?? []), slice]);
  }
  for (const slices of threads.values()) expectNested(slices.map(spanOf));
  expectFlows(trace, threads);
  for (const { ts = 0, dur = 0 } of trace) expect([ts, dur].every((us) => Number.isInteger(us) && us >= 0)).toBe(true);
  const named = new Set(trace.filter(({ name }) => name === 'thread_name').map(threadOf));
  const sorted = new Set(trace.filter(({ name }) => name === 'thread_sort_index').map(threadOf));
  for (const event of trace.filter(({ tid }) => tid !== undefined)) {
    expect(named).toContain(threadOf(event));
    expect(sorted).toContain(threadOf(event));
    expect(event.tid).not.toBe(event.pid);
  }
}

function expectNested(spans: readonly Interval[]): void {
  const open: Interval[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= span.start) open.pop();
    expect(span.end).toBeLessThanOrEqual(open.at(-1)?.end ?? Number.POSITIVE_INFINITY);
    open.push(span);
  }
}

function expectFlows(trace: readonly TraceEvent[], threads: ReadonlyMap<string, TraceEvent[]>): void {
  const ends = trace.filter(({ ph }) => ph === 'f');
  const starts = trace.filter(({ ph }) => ph === 's');
  expect(starts.map(({ id }) => id)).toEqual(ends.map(({ id }) => id));
  for (const [at, start] of starts.entries()) expect(start.ts ?? 0).toBeLessThanOrEqual(ends[at]?.ts ?? -1);
  for (const flow of [...starts, ...ends]) {
    const around = (threads.get(threadOf(flow)) ?? []).filter(({ cat, ts = 0, dur = 0 }) => {
      return cat === 'turn' && ts <= (flow.ts ?? -1) && (flow.ts ?? -1) < ts + dur;
    });
    expect(around).toHaveLength(1);
  }
}

describe('trace.json', () => {
  test('a trace of a random run meets the requirements of Perfetto', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const { crew, events } = randomRun(seed);
      try {
        expectValid(traceOf(crew, events));
      } catch (error) {
        throw new Error(`randomRun(${seed})`, { cause: error });
      }
    }
  });

  test('a trace separates model and tool calls whose reported times overlap', () => {
    const numbers = { model: 'm', first_token_ms: null, prompt_tokens: 1, completion_tokens: 1, cost_usd: 0 };
    const turn = { task: 'a', attempt: 1, agent: 'ada' } as const;
    const calls: TimedDraft[] = [
      [1095, { type: 'llm.call', ...turn, ...numbers, ms: 449 }],
      [1202, { type: 'tool.call', ...turn, call_id: 'c', name: 'query_data', ms: 147, ok: true }],
      [1237, { type: 'tool.call', ...turn, call_id: 'd', name: 'query_data', ms: 66, ok: true }],
    ];
    const trace = traceOf(
      makeCrew([{ name: 'a' }]),
      journal(inOrder(ran('a', 1, 600, 1230), calls, completed('a', 1240), finished(1240))),
    );
    expectValid(trace);
    expect(trace.filter(({ cat }) => cat === 'model' || cat === 'tool')).toHaveLength(3);
  });

  test('a trace has an arrow per dependency, waits by task, and curves of running turns, ready tasks and pools', () => {
    const crew = makeCrew(
      [
        { name: 'a', resources: [{ pool: 'db' }] },
        { name: 'b', resources: [{ pool: 'db' }] },
        { name: 'c', context: ['a', 'b'] },
      ],
      { pools: [{ name: 'db', capacity: 1 }] },
    );
    const trace = traceOf(
      crew,
      journal(
        inOrder(
          ...['a', 'b'].map((task): TimedDraft => [0, { type: 'task.ready', task }]),
          ran('a', 1, 0, 100),
          completed('a', 100),
          ran('b', 2, 100, 300),
          completed('b', 300),
          [300, { type: 'task.ready', task: 'c' }],
          ran('c', 1, 310, 400),
          completed('c', 400),
          finished(400),
        ),
      ),
    );
    expectValid(trace);
    expect(trace.filter(({ ph }) => ph === 's')).toHaveLength(2);
    expect(trace.filter(({ cat }) => cat === 'waiting').map(({ name }) => name)).toContain('waited for a pool');
    const units = trace
      .filter(({ name }) => name === 'Units of db in use')
      .map(({ ts, args }) => [ts, args?.['units']]);
    expect(units).toEqual([
      [0, 1],
      [300_000, 0],
    ]);
    const ready = trace.filter(({ name }) => name === 'Ready tasks').map(({ ts, args }) => [ts, args?.['ready']]);
    expect(ready).toEqual([
      [0, 1],
      [100_000, 0],
      [300_000, 1],
      [310_000, 0],
    ]);
  });
});

describe('nested', () => {
  const span = fc.tuple(fc.nat(40), fc.nat(40)).map(([start, ms]) => ({ start, end: start + ms }));

  test('nested slices are disjoint or contained in each other, within their parent, and none is lost', () => {
    fc.assert(
      fc.property(fc.array(span), fc.tuple(fc.nat(10), fc.nat(40)), (spans, [from, ms]) => {
        const within = { start: from, end: from + ms };
        const slices = nested(spans, within);
        expect(slices).toHaveLength(spans.length);
        expectNested(slices);
        for (const { start, end } of slices) {
          expect(start).toBeGreaterThanOrEqual(within.start);
          expect(end).toBeLessThanOrEqual(within.end);
          expect(end).toBeGreaterThanOrEqual(start);
        }
      }),
    );
  });

  test('slices that are already nested are unchanged', () => {
    const spans = [
      { start: 0, end: 10 },
      { start: 0, end: 4 },
      { start: 4, end: 10 },
      { start: 5, end: 6 },
    ];
    expect(nested(spans, { start: 0, end: 10 })).toEqual(spans);
  });
});
