import { describe, expect, test } from 'vitest';
import { predict } from '../control/virtual/predict.ts';
import type { Crew } from '../crew/schema.ts';
import {
  broke,
  completed,
  DIAMOND,
  DIAMOND_RUN,
  finished,
  fold,
  inOrder,
  journal,
  makeCrew,
  ran,
  ready,
  type TimedDraft,
} from '../run/testing/journal.ts';
import { estimatedWork } from '../scheduler/lower-bound.ts';
import { figuresOf } from './figures.ts';

const figures = (crew: Crew, happened: readonly TimedDraft[]) => figuresOf(fold(crew, journal(happened)));
const waitsOf = (all: ReturnType<typeof figures>, name: string) => all.tasks.find((task) => task.name === name)?.waits;

describe('a run of three tasks, calculated by hand', () => {
  const all = figures(DIAMOND, DIAMOND_RUN);

  test('500 ms of work in 400 ms saves a fifth', () => {
    expect(all.time).toMatchObject({ makespanMs: 400, sequentialMs: 500, slotMs: 800, timeSaved: 1 - 400 / 500 });
    expect(all.time.utilization).toBe(500 / 800);
    expect(all.time.perSecond).toBe(7.5);
  });

  test('The example run has a peak of two and a mean of 1.25 turns', () => {
    expect(all.time.concurrency).toEqual({ peak: 2, mean: 1.25, levels: [0, 300, 100] });
  });

  test('The example run matches its lower bound, which is its longest path', () => {
    expect(all.time.lowerBound).toMatchObject({ ms: 400, path_ms: 400, slots_ms: 250 });
    expect(all.time.efficiency).toBe(1);
  });

  test('A task waits for its context, and the wait names the task that ended last', () => {
    expect(waitsOf(all, 'c')).toEqual([{ reason: 'context', ms: 300, blockers: ['b'] }]);
  });

  test('The critical path contains the longer task, and the shorter one has 200 ms of slack', () => {
    expect(all.path.tasks).toEqual(['b', 'c']);
    expect(all.path.links.map(({ task, start, end, share }) => [task, start, end, share])).toEqual([
      ['b', 0, 300, 0.75],
      ['c', 300, 400, 0.25],
    ]);
    expect([...all.path.slack]).toEqual([['a', 200]]);
  });

  test('A shorter b saves most, and a third slot saves nothing', () => {
    expect(all.bottlenecks.baseMs).toBe(400);
    expect(all.bottlenecks.ranked.map(({ subject, savesMs }) => [subject, savesMs])).toEqual([
      ['b', 150],
      ['c', 50],
    ]);
  });

  test('The example run needs exactly two slots', () => {
    expect(all.scaling.points).toEqual([
      { slots: 1, makespanMs: 500 },
      { slots: 2, makespanMs: 400 },
      { slots: 4, makespanMs: 400 },
    ]);
    expect(all.scaling).toMatchObject({ knee: 2, recommended: 2 });
  });
});

describe('times inside and between the turns', () => {
  const lease = (task: string, id: string) => ({ task, attempt: 1, id, resource: 'db', holder: task });

  test('A wait in a resource queue is part of the running time, and one more unit would avoid it', () => {
    const crew = makeCrew([{ name: 'a' }, { name: 'b' }], { pools: [{ name: 'db', capacity: 1 }] });
    const all = figures(
      crew,
      inOrder(
        ran('a', 1, 0, 100),
        ran('b', 2, 0, 180),
        [10, { type: 'resource.requested', ...lease('a', '1') }],
        [10, { type: 'resource.acquired', ...lease('a', '1') }],
        [20, { type: 'resource.requested', ...lease('b', '2') }],
        [90, { type: 'resource.released', task: 'a', attempt: 1, resource: 'db', holder: 'a' }],
        [90, { type: 'resource.acquired', ...lease('b', '2') }],
        completed('a', 100),
        [170, { type: 'resource.released', task: 'b', attempt: 1, resource: 'db', holder: 'b', reclaimed: true }],
        completed('b', 180),
        finished(180),
      ),
    );
    expect(all.tasks[1]).toMatchObject({ runningMs: 180, leaseMs: 70, resources: ['db'] });
    expect(all.pools).toMatchObject([{ uses: 2, peak: 1, waits: 1, waitMs: 70, longestQueue: 1, reclaimed: 1 }]);
    expect(all.bottlenecks.ranked).toContainEqual({ kind: 'pool', subject: 'db', makespanMs: 110, savesMs: 70 });
  });

  test('A wait for the rate limiter is part of the running time, and is separate from the work of the slot', () => {
    const call = {
      agent: 'ada',
      model: 'm',
      first_token_ms: null,
      prompt_tokens: 1,
      completion_tokens: 1,
      cost_usd: 0,
    };
    const all = figures(
      makeCrew([{ name: 'a' }]),
      inOrder(
        ran('a', 1, 0, 100),
        [90, { type: 'llm.call', task: 'a', attempt: 1, ...call, ms: 20, waited_ms: 60 }],
        completed('a', 100),
        finished(100),
      ),
    );
    expect(all.tasks[0]).toMatchObject({ runningMs: 100, waitingMs: 0, permitMs: 60, leaseMs: 0, betweenCallsMs: 20 });
    expect(all.bottlenecks.ranked[0]).toEqual({ kind: 'rate_limit', subject: null, makespanMs: 40, savesMs: 60 });
  });

  test('The time of a coworker inside a turn counts to the coworker, not to the calling agent', () => {
    const agents = ['ada', 'bob'].map((name) => ({ name, role: 'Worker', goal: 'Work' }));
    const all = figures(
      makeCrew([{ name: 'a' }], { agents }),
      inOrder(
        ran('a', 1, 0, 100),
        [20, { type: 'delegation.started', task: 'a', attempt: 1, id: '1', from: 'ada', to: 'bob', question: true }],
        [50, { type: 'delegation.ended', task: 'a', attempt: 1, id: '1', ok: true, ms: 30 }],
        completed('a', 100),
        finished(100),
      ),
    );
    expect(all.agents.map(({ agent, busyMs }) => [agent, busyMs])).toEqual([
      ['ada', 70],
      ['bob', 30],
    ]);
  });

  test('A delegation ends with the turn that contains it', () => {
    const all = figures(
      makeCrew([{ name: 'a' }], { agents: ['ada', 'bob'].map((name) => ({ name, role: 'Worker', goal: 'Work' })) }),
      inOrder(
        ready('a', 0),
        [0, { type: 'attempt.started', task: 'a', attempt: 1, slot: 1, agent: 'ada' }],
        [20, { type: 'delegation.started', task: 'a', attempt: 1, id: '1', from: 'ada', to: 'bob', question: true }],
        [
          50,
          { type: 'attempt.ended', task: 'a', attempt: 1, result: 'crash', kind: 'crash', message: 'x', retry_at: 60 },
        ],
        ran('a', 1, 60, 100, 2),
        completed('a', 100),
        finished(1000),
      ),
    );
    expect(all.agents.map(({ agent, busyMs }) => [agent, busyMs])).toEqual([
      ['ada', 60],
      ['bob', 30],
    ]);
  });

  test('The time without an owner is reported, and the makespan excludes it', () => {
    const wall_ms = Date.UTC(2026, 10, 23, 23, 30, 5);
    const all = figures(
      DIAMOND,
      inOrder(
        ran('a', 1, 0, 100),
        completed('a', 100),
        [120, { type: 'run.interrupted', reason: 'quit' }],
        [120, { type: 'run.resumed', wall_ms: wall_ms + 60_120, versions: {} }],
        ran('b', 2, 130, 300),
        completed('b', 300),
        ready('c', 300),
        ran('c', 1, 300, 400),
        completed('c', 400),
        finished(400),
      ),
    );
    expect(all.outcome).toBe('completed');
    expect(all.time).toMatchObject({ makespanMs: 400, cutOffMs: 60_000 });
  });

  test('The causes of a wrong prediction add up to the difference', () => {
    const prediction = { makespan_ms: 250, tasks: { a: { start_ms: 0, end_ms: 50, slot: 1 } } };
    const estimates = { a: { ms: 50, from: 'history' as const } };
    const events = journal(
      inOrder(
        broke('a', 1, 20, 60, 90),
        ran('a', 1, 90, 190, 2),
        completed('a', 190),
        ran('b', 2, 20, 320),
        completed('b', 320),
        ready('c', 320),
        ran('c', 1, 320, 420),
        completed('c', 420),
        finished(420),
      ),
      { prediction, estimates },
    );
    const { prediction: found } = figuresOf(fold(DIAMOND, events));
    expect(found).toMatchObject({ makespanMs: 250, actualMs: 420, differenceMs: 170, firstDispatchMs: 20 });
    expect(found.reasons).toEqual([
      { what: 'lengths', ms: 150 },
      { what: 'failures', ms: 0 },
      { what: 'overheads', ms: 20 },
    ]);
    expect(found.tasks[0]).toMatchObject({ estimateFrom: 'history', estimateMs: 50, busyMs: 140, predictedEndMs: 50 });
  });

  test('The lower bound of a consensual task is its longest proposal plus its longest vote', () => {
    const agents = ['ada', 'bob'].map((name) => ({ name, role: 'Worker', goal: 'Work' }));
    const crew = makeCrew([{ name: 'a', agent: undefined, async: false }], { process: 'consensual', agents });
    const turn = (name: string, slot: number, start: number, end: number): TimedDraft[] => [
      [start, { type: 'attempt.started', task: 'a', attempt: 1, turn: name, slot, agent: name.split(':')[1] ?? '' }],
      [end, { type: 'attempt.ended', task: 'a', attempt: 1, turn: name, result: 'ok' }],
    ];
    const all = figures(
      crew,
      inOrder(
        ready('a', 0),
        turn('propose:ada', 1, 0, 50),
        turn('propose:bob', 2, 0, 80),
        turn('vote:ada', 1, 80, 100),
        turn('vote:bob', 2, 80, 90),
        completed('a', 100),
        finished(100),
      ),
    );
    expect(all.tasks[0]).toMatchObject({ busyMs: 160, runningMs: 100, attempts: 1 });
    const estimates = { a: { ms: 160, from: 'history' as const } };
    const predicted = predict(crew, estimates, 2);
    expect(predicted.makespan_ms).toBe(80);
    expect(estimatedWork(crew, estimates)?.['a']).toMatchObject({ busy_ms: 160, longest_ms: 80 });
    const turns = Object.values(predicted.tasks['a']?.turns ?? {});
    expect(turns.reduce((sum, { start_ms, end_ms }) => sum + end_ms - start_ms, 0)).toBe(160);
    expect(all.time.lowerBound).toMatchObject({ ms: 100, path_ms: 100, slots_ms: 80 });
  });
});
