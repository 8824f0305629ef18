import { describe, expect, test } from 'vitest';
import type { Project } from '../../shared/project/schema.ts';
import { ASSIGNMENT } from '../../shared/run/events.ts';
import { estimatedWork } from '../../shared/scheduler/lower-bound.ts';
import { predict } from '../../shared/scheduler/predict.ts';
import { figuresOf, measuredFigures } from './figures.ts';
import { runObject } from './run-json.ts';
import { broke, completed, crew, finished, fold, type Happened, inOrder, journal, ran, ready } from './testing.ts';

const figures = (project: Project, happened: readonly Happened[]) =>
  figuresOf(project, fold(project, journal(happened)));
const waitsOf = (all: ReturnType<typeof figures>, name: string) => all.tasks.find((task) => task.name === name)?.waits;

/** Two tasks beside each other, then one that needs both: 0 to 100 ms and 0 to 300 ms, then 300 to 400 ms. */
const DIAMOND = crew([{ name: 'a' }, { name: 'b' }, { name: 'c', context: ['a', 'b'] }]);
const DIAMOND_RUN = inOrder(
  ready('a', 0),
  ready('b', 0),
  ran('a', 1, 0, 100),
  completed('a', 100),
  ran('b', 2, 0, 300),
  completed('b', 300),
  ready('c', 300),
  ran('c', 1, 300, 400),
  completed('c', 400),
  finished(400),
);

describe('a run of three tasks, worked out by hand', () => {
  const all = figures(DIAMOND, DIAMOND_RUN);

  test('takes 400 ms for 500 ms of work, which saves a fifth', () => {
    expect(all.time).toMatchObject({ makespanMs: 400, sequentialMs: 500, slotMs: 800, timeSaved: 1 - 400 / 500 });
    expect(all.time.utilisation).toBe(500 / 800);
    expect(all.time.perSecond).toBe(7.5);
  });

  test('has a peak of two and a mean of 1.25 turns', () => {
    expect(all.time.concurrency).toEqual({ peak: 2, mean: 1.25, levels: [0, 300, 100] });
  });

  test('cannot be beaten: its lower bound is its longest path', () => {
    expect(all.time.lowerBound).toMatchObject({ ms: 400, path_ms: 400, slots_ms: 250 });
    expect(all.time.efficiency).toBe(1);
  });

  test('waits for its context, and names what ended last', () => {
    expect(waitsOf(all, 'c')).toEqual([{ reason: 'context', ms: 300, blockers: ['b'] }]);
  });

  test('has the critical path through the longer task, and 200 ms of slack in the shorter', () => {
    expect(all.path.tasks).toEqual(['b', 'c']);
    expect(all.path.links.map(({ task, start, end, share }) => [task, start, end, share])).toEqual([
      ['b', 0, 300, 0.75],
      ['c', 300, 400, 0.25],
    ]);
    expect([...all.path.slack]).toEqual([['a', 200]]);
  });

  test('would gain most from a shorter b, and a third slot would gain nothing', () => {
    expect(all.bottlenecks.baseMs).toBe(400);
    expect(all.bottlenecks.ranked.map(({ subject, savesMs }) => [subject, savesMs])).toEqual([
      ['b', 150],
      ['c', 50],
    ]);
  });

  test('needs two slots and no more', () => {
    expect(all.scaling.points).toEqual([
      { slots: 1, makespanMs: 500 },
      { slots: 2, makespanMs: 400 },
      { slots: 4, makespanMs: 400 },
    ]);
    expect(all.scaling).toMatchObject({ knee: 2, recommended: 2 });
  });
});

describe('why a task waits', () => {
  test('a second sequential task waits for the lane, and is told whose it was', () => {
    const project = crew([
      { name: 'a', async: false },
      { name: 'b', async: false },
    ]);
    const all = figures(
      project,
      inOrder(
        ready('a', 0),
        ready('b', 0),
        ran('a', 1, 0, 100),
        completed('a', 100),
        ran('b', 1, 100, 150),
        completed('b', 150),
        finished(150),
      ),
    );
    expect(waitsOf(all, 'b')).toEqual([{ reason: 'lane', ms: 100, blockers: ['a'] }]);
    expect(all.path.tasks).toEqual(['a', 'b']);
    expect(all.bottlenecks.ranked).toContainEqual({ kind: 'lane', subject: null, makespanMs: 100, savesMs: 50 });
  });

  test('a task that asks for units which are in use waits for the resource', () => {
    const project = crew(
      [
        { name: 'a', resources: [{ pool: 'gpu', units: 2 }] },
        { name: 'b', resources: [{ pool: 'gpu' }] },
      ],
      { pools: [{ name: 'gpu', capacity: 2 }] },
    );
    const all = figures(
      project,
      inOrder(
        ready('a', 0),
        ready('b', 0),
        ran('a', 1, 10, 100),
        completed('a', 100),
        ran('b', 2, 100, 150),
        completed('b', 150),
        finished(150),
      ),
    );
    expect(waitsOf(all, 'b')).toEqual([
      { reason: 'resource', ms: 90, blockers: ['gpu'] },
      { reason: 'slot', ms: 10, blockers: [] },
    ]);
    expect(all.pools).toMatchObject([{ pool: 'gpu', peak: 2, uses: 2, waits: 1, waitMs: 90, longestQueue: 1 }]);
  });

  test('a task beyond the slots waits for a slot, held by the one before it there', () => {
    const project = crew([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    const all = figures(
      project,
      inOrder(
        ran('a', 1, 0, 50),
        completed('a', 50),
        ran('b', 2, 0, 90),
        completed('b', 90),
        ran('c', 1, 50, 100),
        completed('c', 100),
        finished(100),
      ),
    );
    expect(waitsOf(all, 'c')).toEqual([{ reason: 'slot', ms: 50, blockers: ['a'] }]);
    expect(all.path.tasks).toEqual(['a', 'c']);
  });

  test("a retry, a provider's limit, a person and a pause are told apart, the first that holds counts", () => {
    const project = crew([{ name: 'a', human_review: 'after' }, { name: 'b' }]);
    const all = figures(
      project,
      inOrder(
        broke('a', 1, 0, 100, 160),
        broke('b', 2, 0, 50, 80, true),
        [140, { type: 'run.paused' }],
        [170, { type: 'run.unpaused' }],
        ran('b', 2, 80, 120, 2),
        completed('b', 120),
        ran('a', 1, 180, 200, 2),
        [200, { type: 'review.asked', task: 'a', when: 'after' }],
        [260, { type: 'review.answered', task: 'a', when: 'after', answer: 'approved' }],
        completed('a', 260),
        finished(260),
      ),
    );
    expect(waitsOf(all, 'a')).toEqual([
      { reason: 'paused', ms: 30, blockers: [] },
      { reason: 'person', ms: 60, blockers: [] },
      { reason: 'retry', ms: 40, blockers: [] },
      { reason: 'slot', ms: 10, blockers: [] },
    ]);
    expect(waitsOf(all, 'b')).toEqual([{ reason: 'rate_limit', ms: 30, blockers: [] }]);
    expect(all.time).toMatchObject({ makespanMs: 230, pausedMs: 30, personMs: 60, failedBusyMs: 150 });
    expect(all.tasks[0]).toMatchObject({ attempts: 2, busyMs: 120, failedBusyMs: 100 });
  });

  test('a task that names no agent waits for the assignment, which is busy time but no task', () => {
    const agents = [
      { name: 'ada', role: 'Worker', goal: 'Work' },
      { name: 'boss', role: 'Manager', goal: 'Choose', manager: true },
    ];
    const project = crew([{ name: 'a', agent: undefined }], { process: 'hierarchical', agents });
    const all = figures(
      project,
      inOrder(
        ready('a', 0),
        ran(ASSIGNMENT, 1, 0, 40),
        [40, { type: 'task.assigned', task: 'a', agent: 'ada' }],
        completed(ASSIGNMENT, 40),
        ran('a', 1, 40, 100),
        completed('a', 100),
        finished(100),
      ),
    );
    expect(waitsOf(all, 'a')).toEqual([{ reason: 'assignment', ms: 40, blockers: ['boss'] }]);
    expect(all.counts.total).toBe(1);
    expect(all.time.sequentialMs).toBe(100);
    expect(all.path.tasks).toEqual([ASSIGNMENT, 'a']);
  });
});

describe('what happens inside and around the work', () => {
  const lease = (task: string, id: string) => ({ task, attempt: 1, id, resource: 'db', holder: task });

  test('a wait in a resource queue is part of the running time, and one more unit would have spared it', () => {
    const project = crew([{ name: 'a' }, { name: 'b' }], { pools: [{ name: 'db', capacity: 1 }] });
    const all = figures(
      project,
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

  test('a wait for the limiter is part of the running time, and shown apart from what the slot did itself', () => {
    const call = {
      agent: 'ada',
      model: 'm',
      first_token_ms: null,
      prompt_tokens: 1,
      completion_tokens: 1,
      cost_usd: 0,
    };
    const all = figures(
      crew([{ name: 'a' }]),
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

  test('a co-worker asked inside a turn has that time, not the agent who asked', () => {
    const agents = ['ada', 'bob'].map((name) => ({ name, role: 'Worker', goal: 'Work' }));
    const all = figures(
      crew([{ name: 'a' }], { agents }),
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

  test('what was handed on in a turn that broke off ends with it', () => {
    const all = figures(
      crew([{ name: 'a' }], { agents: ['ada', 'bob'].map((name) => ({ name, role: 'Worker', goal: 'Work' })) }),
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

  test('the time in which no process carried the run is told, and is no part of the makespan', () => {
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

  test('the reasons for a wrong prediction are together the whole difference', () => {
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
    const { prediction: found } = figuresOf(DIAMOND, fold(DIAMOND, events));
    expect(found).toMatchObject({ makespanMs: 250, actualMs: 420, differenceMs: 170, firstDispatchMs: 20 });
    expect(found.reasons).toEqual([
      { what: 'lengths', ms: 150 },
      { what: 'failures', ms: 0 },
      { what: 'overheads', ms: 20 },
    ]);
    expect(found.tasks[0]).toMatchObject({ estimateFrom: 'history', estimateMs: 50, busyMs: 140, predictedEndMs: 50 });
  });

  test('in a consensual task turns run side by side, and its bound is its longest proposal and vote', () => {
    const agents = ['ada', 'bob'].map((name) => ({ name, role: 'Worker', goal: 'Work' }));
    const project = crew([{ name: 'a', agent: undefined, async: false }], { process: 'consensual', agents });
    const turn = (name: string, slot: number, start: number, end: number): Happened[] => [
      [start, { type: 'attempt.started', task: 'a', attempt: 1, turn: name, slot, agent: name.split(':')[1] ?? '' }],
      [end, { type: 'attempt.ended', task: 'a', attempt: 1, turn: name, result: 'ok' }],
    ];
    const all = figures(
      project,
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
    const predicted = predict(project, estimates, 2);
    expect(predicted.makespan_ms).toBe(80);
    expect(estimatedWork(project, estimates)?.['a']).toMatchObject({ busy_ms: 160, longest_ms: 80 });
    const turns = Object.values(predicted.tasks['a']?.turns ?? {});
    expect(turns.reduce((sum, { start_ms, end_ms }) => sum + end_ms - start_ms, 0)).toBe(160);
    expect(all.time.lowerBound).toMatchObject({ ms: 100, path_ms: 100, slots_ms: 80 });
  });
});

describe('what was done of the declared workload', () => {
  const measured = (measure: object, happened: readonly Happened[], texts = new Map<string, string>()) => {
    const project = crew([{ name: 'a', category: 'Analysis' }, { name: 'b' }], {
      workload: { it: { declared: 10, measure } },
    });
    return measuredFigures(project, fold(project, journal(happened)), { texts }).workload[0]?.measured;
  };
  const read = (task: string, t: number, rows: number, all: boolean): Happened => [
    t,
    {
      type: 'tool.call',
      task,
      attempt: 1,
      agent: 'ada',
      call_id: `call-${t}`,
      name: 'query_data',
      ms: 1,
      ok: true,
      measured: { reads: [{ file: 'data.csv', rows, all }] },
    },
  ];
  const write = (task: string, t: number, file: string): Happened => [
    t,
    {
      type: 'tool.call',
      task,
      attempt: 1,
      agent: 'ada',
      call_id: `call-${t}`,
      name: 'file_writer',
      ms: 1,
      ok: true,
      measured: { writes: [file] },
    },
  ];
  const run = (...more: Happened[]) => inOrder(ran('a', 1, 0, 100), ran('b', 2, 0, 100), more, completed('a', 100));

  test('a file that was read whole twice counts its rows once', () => {
    expect(
      measured(
        { rows_of: 'data.csv' },
        run(read('a', 10, 500, true), read('a', 20, 500, true), read('a', 30, 40, false)),
      ),
    ).toBe(500);
  });

  test('a file that was only read in part counts the largest part', () => {
    expect(measured({ rows_of: 'data.csv' }, run(read('a', 10, 30, false), read('a', 20, 40, false)))).toBe(40);
  });

  test('what only a task read that has not completed is not measured, nor is what nobody read', () => {
    expect(measured({ rows_of: 'data.csv' }, run(read('b', 10, 500, true)))).toBe(null);
    expect(measured({ rows_of: 'other.csv' }, run(read('a', 10, 500, true)))).toBe(null);
  });

  test('files that fit the pattern count once each', () => {
    const files = run(
      write('a', 10, 'content/x/1.md'),
      write('a', 20, 'content/x/1.md'),
      write('b', 30, 'content/2.md'),
      write('b', 40, 'other/3.md'),
    );
    expect(measured({ files_written: 'content/**' }, files)).toBe(2);
    expect(measured({ files_written: 'content/*.md' }, files)).toBe(1);
  });

  test('items of a list in a JSON result are counted', () => {
    const texts = new Map([['a', '```json\n{"report": {"items": [1, 2, 3]}}\n```']]);
    expect(measured({ items: { task: 'a', path: 'report.items' } }, run(), texts)).toBe(3);
    expect(measured({ items: { task: 'a', path: 'report' } }, run(), texts)).toBe(null);
  });

  test('checks and milestones that say whether something passed count as checks', () => {
    const checks = run(
      [10, { type: 'check', task: 'a', attempt: 1, what: 'guardrail', passed: true }],
      [20, { type: 'milestone', task: 'a', attempt: 1, name: 'totals agree', data: { passed: false } }],
      [30, { type: 'milestone', task: 'a', attempt: 1, name: 'half way', data: { share: 0.5 } }],
    );
    expect(measured({ checks: 'a' }, checks)).toBe(2);
  });

  test('completed tasks of a category are counted, whose category may be their agent', () => {
    expect(measured({ completed: 'Analysis' }, run())).toBe(1);
    expect(measured({ completed: 'ada' }, run())).toBe(0);
  });
});

describe('the object of run --json', () => {
  test('has the names and units of the command line', () => {
    const state = fold(DIAMOND, journal(DIAMOND_RUN));
    const object = runObject(DIAMOND, state, new Map([['a', 'done']]), '/runs/run-1');
    expect(object).toMatchObject({
      run_id: 'run-1',
      run_dir: '/runs/run-1',
      outcome: 'completed',
      reason: null,
      success_rate: 100,
      makespan_s: 0.4,
      sequential_s: 0.5,
      lower_bound_s: 0.4,
      predicted_s: null,
      peak_concurrency: 2,
      tokens: 0,
    });
    expect(object.results[0]).toEqual({
      task: 'a',
      assigned_agent: 'ada',
      status: 'completed',
      attempts: 1,
      started_s: 0,
      ended_s: 0.1,
      slot: 1,
      degraded: false,
      cached: false,
      error: null,
      result: 'done',
    });
  });

  test('says that a run was cut off, and which tasks had not ended', () => {
    const state = fold(
      DIAMOND,
      journal(inOrder(ran('a', 1, 0, 100), completed('a', 100), [120, { type: 'run.interrupted', reason: 'signal' }])),
    );
    expect(runObject(DIAMOND, state, new Map(), '/runs/run-1')).toMatchObject({
      outcome: 'interrupted',
      reason: 'signal',
      pending_tasks: 2,
      completed_tasks: 1,
      makespan_s: 0.12,
    });
  });

  test('has no cost where a price is unknown', () => {
    const call: Happened = [
      50,
      {
        type: 'llm.call',
        task: 'a',
        attempt: 1,
        agent: 'ada',
        model: 'own',
        ms: 40,
        first_token_ms: 5,
        prompt_tokens: 100,
        completion_tokens: 20,
        cost_usd: null,
      },
    ];
    const state = fold(DIAMOND, journal(inOrder(ran('a', 1, 0, 100), call)));
    expect(runObject(DIAMOND, state, new Map(), '')).toMatchObject({ tokens: 120, cost_usd: null });
  });
});
