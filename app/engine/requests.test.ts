import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import { segmentsOf } from '../../shared/run/waits.ts';
import { Scheduler } from '../../shared/scheduler/scheduler.ts';
import { systemClock } from './run-clock.ts';
import { eventsOf, fileExists, makeCrew, Rig, resultOf, type Step, until } from './testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

const acquire = (resource: string, timeout?: number): Step => [
  'pool',
  { action: 'acquire_resource', resource_id: resource, agent_id: 'ada', ...(timeout === undefined ? {} : { timeout }) },
];
const release = (resource: string): Step => [
  'pool',
  { action: 'release_resource', resource_id: resource, agent_id: 'ada' },
];

test('a resource can be acquired, acquired again and released, with the messages of the original tool', async () => {
  const { run } = await rig.run(
    makeCrew([
      {
        name: 'user',
        steps: [
          acquire('db'),
          acquire('db'),
          release('db'),
          release('db'),
          release('db'),
          release('nothing'),
          ['heard'],
        ],
      },
    ]),
  );
  expect((await resultOf(run, 'user'))?.split('\n')).toEqual([
    'Resource db acquired by ada',
    'Resource db acquired by ada',
    'Resource db released by ada',
    'Resource db released by ada',
    'Agent ada was not using resource db',
    'Resource not found',
  ]);
  expect(run.state.resources.get('db')?.leases).toHaveLength(1);
});

test('a second agent waits for a resource until the first agent releases it', async () => {
  const run = await rig.start(
    makeCrew([
      { name: 'first', steps: [acquire('db'), ['touch', rig.path('held')], ['until', rig.path('go')], release('db')] },
      { name: 'second', steps: [['until', rig.path('held')], acquire('db'), ['heard']] },
    ]),
  );
  await until(() => run.state.resources.get('db')?.leases.length === 2);
  expect(run.state.resources.get('db')?.leases[1]?.acquiredAt).toBeNull();
  await rig.touch('go');
  await run.done;
  expect(await resultOf(run, 'second')).toBe('Resource db acquired by ada');
});

test('a wait that times out returns an answer to the agent, and the task continues', async () => {
  const run = await rig.start(
    makeCrew([
      { name: 'first', steps: [acquire('db'), ['touch', rig.path('held')], ['until', rig.path('go')]] },
      { name: 'second', steps: [['until', rig.path('held')], acquire('db', 0.02), ['heard']] },
    ]),
  );
  await until(() => run.state.tasks.get('second')?.status === 'completed');
  expect(await resultOf(run, 'second')).toBe('Resource db busy, agent ada queued');
  await rig.touch('go');
  await run.done;
  const [held, refused] = run.state.resources.get('db')?.leases ?? [];
  expect(held).toMatchObject({ reclaimed: true, timedOut: false });
  expect(refused).toMatchObject({ timedOut: true, acquiredAt: null });
});

test('a withdrawn request does not block the requests behind it', async () => {
  const [, wanted] = acquire('db');
  const run = await rig.start(
    makeCrew([
      { name: 'holder', steps: [acquire('db'), ['touch', rig.path('held')], ['until', rig.path('go')], release('db')] },
      {
        name: 'leaves',
        steps: [
          ['until', rig.path('held')],
          ['pool_until', wanted, rig.path('both')],
          ['until', rig.path('got')],
        ],
      },
      { name: 'behind', steps: [['until', rig.path('first')], acquire('db'), ['touch', rig.path('got')], ['heard']] },
    ]),
    3,
  );
  const leases = () => run.state.resources.get('db')?.leases ?? [];
  await until(() => leases().length === 2);
  await rig.touch('first');
  await until(() => leases().length === 3);
  await rig.touch('both');
  await until(() => leases()[1]?.timedOut === true);
  await rig.touch('go');
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(leases().map(({ task, acquiredAt }) => [task, acquiredAt !== null])).toEqual([
    ['holder', true],
    ['leaves', false],
    ['behind', true],
  ]);
  expect(await resultOf(run, 'behind')).toBe('Resource db acquired by ada');
});

test('the lease of a crashed attempt is released before the attempt ends', async () => {
  const { run } = await rig.run(
    makeCrew([{ name: 'user', steps: [['first', 1, [acquire('db'), ['crash']]], acquire('db'), ['heard']] }]),
  );
  expect(await resultOf(run, 'user')).toBe('Resource db acquired by ada');
  const types = (await eventsOf(run.dir)).map((event) => event.type);
  expect(types.indexOf('resource.released')).toBeLessThan(types.indexOf('attempt.ended'));
});

test('a request that would cause a deadlock is refused immediately', async () => {
  const run = await rig.start(
    makeCrew([
      {
        name: 'left',
        steps: [acquire('a'), ['touch', rig.path('a')], ['until', rig.path('b')], acquire('b'), ['heard']],
      },
      {
        name: 'right',
        steps: [acquire('b'), ['touch', rig.path('b')], ['until', rig.path('waiting')], acquire('a'), ['heard']],
      },
    ]),
  );
  await until(() => run.state.resources.get('b')?.leases.length === 2);
  await rig.touch('waiting');
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(await resultOf(run, 'right')).toContain('would cause a deadlock');
  expect(await resultOf(run, 'left')).toContain('Resource b acquired by ada');
});

test('a new pool gets the capacity from the settings and lists its users, and a declared pool keeps its capacity', async () => {
  const steps: Step[] = [
    ['pool', { action: 'create_resource_pool', pool_config: { name: 'cpu' } }],
    acquire('cpu'),
    ['pool', { action: 'get_resource_status' }],
    ['pool', { action: 'create_resource_pool', pool_config: { name: 'db', capacity: 9 } }],
    ['pool', { action: 'dance' }],
    ['heard'],
  ];
  const { run } = await rig.run(makeCrew([{ name: 'maker', steps }], { pools: [{ name: 'db', capacity: 2 }] }));
  const [made, , status, refused, unknown] = ((await resultOf(run, 'maker')) ?? '').split('\n');
  expect(made).toBe('Resource pool cpu created with capacity 16');
  expect(JSON.parse(status ?? '')).toEqual({
    db: { active_users: [], max_concurrent: 2, usage_count: 0, available_slots: 2 },
    cpu: { active_users: ['ada'], max_concurrent: 16, usage_count: 1, available_slots: 15 },
  });
  expect(refused).toContain('capacity 2');
  expect(unknown).toContain('Unknown action dance');
  expect(run.state.resources.get('db')?.capacity).toBe(2);
});

test('the monitor tracks durations, stores milestones with their data, and returns the metrics of the run', async () => {
  const steps: Step[] = [
    ['monitor', { action: 'start_tracking', task_id: 'check', task_name: 'The check' }],
    ['monitor', { action: 'log_milestone', task_id: 'check', milestone: 'duplicates', data: { passed: true } }],
    ['monitor', { action: 'get_metrics' }],
    ['monitor', { action: 'end_tracking', task_id: 'check' }],
    ['monitor', { action: 'end_tracking', task_id: 'nobody' }],
    ['monitor', { action: 'dance' }],
    ['heard'],
  ];
  const { run } = await rig.run(makeCrew([{ name: 'before' }, { name: 'check', context: ['before'], steps }]));
  const [started, logged, metrics, ended, missing, unknown] = ((await resultOf(run, 'check')) ?? '').split('\n');
  expect(started).toBe('Performance tracking started for task: The check');
  expect(logged).toBe('Milestone logged: duplicates');
  expect(JSON.parse(metrics ?? '')).toMatchObject({ total_tasks: 2, completed_tasks: 1, running_tasks: 1 });
  expect(ended).toMatch(/^Performance tracking completed for task check: \d+\.\d\ds$/);
  expect(missing).toContain('Task not found: nobody');
  expect(unknown).toContain('Unknown action dance');
  expect(run.state.turns[1]?.milestones[0]).toMatchObject({ name: 'duplicates', data: { passed: true } });
});

test('a refusal by the provider delays its other calls and uses up no retry', async () => {
  const retries = { max: 0, base_s: 0, factor: 1, cap_s: 0 };
  const limited = { kind: 'rate_limit', status: 429, message: 'too many', retry_after_ms: 1000 };
  const answered: Step = ['monitor', { action: 'get_metrics' }];
  const run = await rig.start(
    makeCrew([
      {
        name: 'refused',
        retries,
        steps: [
          ['until', rig.path('asked')],
          // An answer after the reported refusal shows that the engine has handled it.
          ['first', 1, [['permit'], ['give', limited], answered, ['touch', rig.path('hit')], ['fail', limited]]],
          ['answer', 'ok'],
        ],
      },
      {
        name: 'other',
        steps: [['permit'], ['give'], ['touch', rig.path('asked')], ['until', rig.path('hit')], ['permit'], ['give']],
      },
    ]),
  );
  await fileExists(rig.path('hit'));
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  const [limit] = run.state.limits;
  expect(limit).toMatchObject({ in_flight: 1, reason: 'refused' });
  expect(run.state.tasks.get('other')?.endedAt).toBeGreaterThanOrEqual(limit?.until ?? Number.NaN);
  expect(run.state.tasks.get('refused')?.turns[0]).toMatchObject({ rateLimited: true, result: 'error' });
  const [atOnce, heldBack] = run.state.tasks.get('other')?.turns[0]?.calls ?? [];
  expect(atOnce?.waitedMs).toBe(0);
  expect(heldBack?.waitedMs).toBeGreaterThan(0);
  expect(heldBack?.waitedMs).toBeLessThanOrEqual((limit?.until ?? 0) + 1000);
  const calls = (await eventsOf(run.dir)).flatMap((event) => (event.type === 'llm.call' ? [event.waited_ms] : []));
  expect(calls).toEqual([undefined, undefined, heldBack?.waitedMs]);
});

test('the permit of a first call is submitted with its turn, and permits never exceed the call limit', async () => {
  const run = await rig.start(
    makeCrew(
      [
        { name: 'first', steps: [['permit'], ['touch', rig.path('taken')], ['until', rig.path('go')], ['give']] },
        { name: 'second', steps: [['until', rig.path('taken')], ['permit'], ['give']] },
      ],
      { settings: { max_rpm: 1 } },
    ),
  );
  await fileExists(rig.path('taken'));
  await rig.touch('go');
  await until(() => run.state.tasks.get('first')?.status === 'completed');
  expect(run.state.tasks.get('first')?.turns[0]?.calls).toMatchObject([{ waitedMs: 0 }]);
  expect(run.state.tasks.get('second')?.turns.flatMap(({ calls }) => calls)).toEqual([]);
  run.stop();
  await run.done;
});

test('while an agent’s per-minute limit is used up, its tasks occupy no slot and other tasks run', async () => {
  const agents = [
    { name: 'ada', role: 'Worker', goal: 'Work', max_rpm: 1 },
    { name: 'bo', role: 'Worker', goal: 'Work' },
  ];
  const steps: Step[] = [['permit'], ['give']];
  const tasks = ['first', 'second', 'third'].map((name) => ({ name, steps }));
  const crew = makeCrew([...tasks, { name: 'other', agent: 'bo', steps }], { agents });
  const run = await rig.start(crew, 1);
  await until(() => run.state.tasks.get('other')?.status === 'completed');
  expect(run.state.tasks.get('first')?.status).toBe('completed');
  expect(run.state.tasks.get('second')?.turns).toEqual([]);
  expect(run.state.held).toMatchObject([{ agent: 'ada', by: 'minute', end: null }]);
  const waits = segmentsOf(run.state, run.now()).get('second') ?? [];
  expect(waits.at(-1)).toMatchObject({ kind: 'waiting', reason: 'rate_limit' });
  run.stop();
  await run.done;
});

test('during a cooldown, the tasks of the provider’s agents occupy no slot until the end that the last refusal sets', async () => {
  const refusal = (retry_after_ms: number) => ({
    kind: 'rate_limit',
    status: 429,
    message: 'too many',
    retry_after_ms,
  });
  const agents = ['ada', 'bo'].map((name) => ({ name, role: 'Worker', goal: 'Work' }));
  const access = rig.request(makeCrew([])).access;
  const refused = (retryAfterMs: number, before: Step[]): Step[] => [
    ['first', 1, [['permit'], ...before, ['give', refusal(retryAfterMs)], ['fail', refusal(retryAfterMs)]]],
    ['permit'],
    ['give'],
  ];
  const crew = makeCrew(
    [
      { name: 'short', steps: refused(1000, [['until', rig.path('both')]]) },
      {
        name: 'long',
        steps: refused(2500, [
          ['touch', rig.path('both')],
          ['until', rig.path('go')],
        ]),
      },
      { name: 'other', agent: 'bo', human_review: 'before' },
    ],
    { agents },
  );
  const run = await rig.start(crew, 2, {
    access: (agent) => ({ ...access(agent), api_key: `sk-invented-of-${agent}` }),
    reviewer: 'person',
  });
  await until(() => run.state.tasks.get('short')?.turns[0]?.rateLimited === true);
  await rig.touch('go');
  await until(() => run.state.tasks.get('long')?.turns[0]?.rateLimited === true);
  expect(run.state.limits.map(({ reason }) => reason)).toEqual(['refused', 'extended']);
  await run.answerReview('other', { answer: 'approved' });
  await until(() => run.state.tasks.get('other')?.status === 'completed');
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  const heldUntil = run.state.limits.at(-1)?.until ?? Number.NaN;
  for (const name of ['short', 'long']) {
    const second = run.state.tasks.get(name)?.turns[1];
    expect(second?.start).toBeGreaterThanOrEqual(heldUntil);
    const waits = (segmentsOf(run.state, run.state.t).get(name) ?? []).filter(
      (segment) => segment.kind === 'waiting' && segment.reason === 'rate_limit',
    );
    expect(waits.at(-1)?.end).toBeGreaterThanOrEqual(heldUntil);
  }
  expect(run.state.held).toMatchObject([{ agent: 'ada', by: 'provider' }]);
  const replayed = newRun(crew);
  const scheduler = new Scheduler(crew);
  for (const event of await eventsOf(run.dir)) {
    applyEvent(replayed, event);
    scheduler.apply(event);
  }
  expect(replayed).toEqual(run.state);
  expect(scheduler.next(run.state.t)).toBeNull();
});

test('a cooldown delays every agent of the provider, also after another process resumes the run', async () => {
  const refusal = { kind: 'rate_limit', status: 429, message: 'too many', retry_after_ms: 60_000 };
  const refused: Step[] = [['first', 1, [['permit'], ['give', refusal], ['fail', refusal]]], ['permit'], ['give']];
  const agents = ['ada', 'bo'].map((name) => ({ name, role: 'Worker', goal: 'Work' }));
  const crew = makeCrew(
    [
      { name: 'refused', steps: refused },
      { name: 'other', agent: 'bo', human_review: 'before', steps: [['permit'], ['give']] },
    ],
    { agents },
  );
  const first = await rig.start(crew, 2, { reviewer: 'person' });
  await until(() => first.state.tasks.get('refused')?.turns[0]?.rateLimited === true);
  first.interrupt('quit');
  await first.done;

  const later = (ms: number) => ({
    reviewer: 'person' as const,
    clock: { ...systemClock, wallMs: () => Date.now() + ms },
  });
  const held = await rig.resume(first.dir, crew, later(20_000));
  const { t, until: end = 0, ...left } = held.state.limits.at(-1) ?? { t: 0 };
  expect(left).toMatchObject({ reason: 'set', in_flight: 1 });
  expect(end - t).toBeGreaterThan(20_000);
  expect(end - t).toBeLessThanOrEqual(40_000);
  await held.answerReview('other', { answer: 'approved' });
  await until(() => held.state.held.some(({ agent, by }) => agent === 'bo' && by === 'provider'));
  expect(held.state.tasks.get('other')?.turns).toEqual([]);
  held.interrupt('quit');
  await held.done;

  const over = await rig.resume(first.dir, crew, later(61_000));
  await until(() => over.state.tasks.get('other')?.status === 'completed');
  expect(over.state.limits.map(({ reason }) => reason)).toEqual(['refused', 'set']);
  over.stop();
  await over.done;
});

test('a call that waits for another call’s tokens starts when that call’s slot ends, before the next minute', async () => {
  const retries = { max: 0, base_s: 0, factor: 1, cap_s: 0 };
  const settings = { max_tokens_per_minute: 10_000, retries };
  const first: Step[] = [['permit'], ['give']];
  const run = await rig.start(
    makeCrew(
      [
        { name: 'large', steps: [...first, ['touch', rig.path('asks')], ['permit', 'ada', 20_000]] },
        { name: 'small', steps: [...first, ['until', rig.path('asks')], ['permit', 'ada', 10], ['give']] },
      ],
      { settings },
    ),
  );
  const pid = Number(await fileExists(rig.path('asks')));
  const since = run.now();
  await until(() => run.now() > since + 100);
  process.kill(pid, 'SIGKILL');
  await run.done;
  expect(run.state.tasks.get('large')?.error?.kind).toBe('crash');
  expect(run.state.tasks.get('small')?.status).toBe('completed');
});

test('a cancelled call keeps its tokens, because the provider’s count is unknown', async () => {
  const first: Step[] = [['permit'], ['give']];
  const givenUp = { kind: 'cancelled', message: 'It was given up.' };
  const run = await rig.start(
    makeCrew(
      [
        { name: 'large', steps: [...first, ['permit', 'ada', 9_900], ['give', givenUp], ['answer', 'done']] },
        { name: 'small', steps: [...first, ['until', rig.path('go')], ['permit', 'ada', 200], ['give']] },
      ],
      { settings: { max_tokens_per_minute: 10_000 } },
    ),
  );
  await until(() => run.state.tasks.get('large')?.status === 'completed');
  await rig.touch('go');
  const since = run.now();
  await until(() => run.now() > since + 100);
  expect(run.state.tasks.get('small')?.running).toBe(1);
  run.stop();
  await run.done;
});

test('a refusal applies only to the refused key, so a coworker with another key is not delayed', async () => {
  const agents = [
    { name: 'ada', role: 'Worker', goal: 'Work', allow_delegation: true },
    { name: 'bo', role: 'Worker', goal: 'Work' },
  ];
  const steps: Step[] = [
    ['permit'],
    ['give', { kind: 'rate_limit', message: 'too many', retry_after_ms: 60_000 }],
    ['permit', 'bo'],
    ['give'],
    ['answer', 'ok'],
  ];
  const access = rig.request(makeCrew([])).access;
  const run = await rig.start(makeCrew([{ name: 'asks', timeout_s: 5, steps }], { agents }), 1, {
    access: (agent) => ({ ...access(agent), api_key: `sk-invented-of-${agent}` }),
  });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
});

test('a deadline does not advance while the engine keeps the attempt waiting', async () => {
  const run = await rig.start(
    makeCrew([
      { name: 'holder', steps: [acquire('db'), ['touch', rig.path('held')], ['until', rig.path('go')]] },
      { name: 'waiter', timeout_s: 0.3, steps: [['until', rig.path('held')], acquire('db'), ['answer', 'in time']] },
    ]),
  );
  await until(() => run.state.resources.get('db')?.leases.length === 2);
  const since = run.now();
  await until(() => run.now() > since + 400);
  await rig.touch('go');
  await run.done;
  expect(await resultOf(run, 'waiter')).toBe('in time');
});

test('a pool request or an action with an unknown key is refused', async () => {
  const { run } = await rig.run(
    makeCrew([
      {
        name: 'user',
        steps: [
          ['pool', { action: 'create_resource_pool', pool_config: { name: 'db', max_concurrent: 4 } }],
          ['pool', { action: 'create_resource_pool', pool_config: { name: 'db' }, capacity: 4 }],
          ['heard'],
        ],
      },
    ]),
  );
  const result = await resultOf(run, 'user');
  expect(result).toContain('"max_concurrent"');
  expect(result).toContain('"capacity"');
  expect(run.state.resources.has('db')).toBe(false);
});
