import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventsOf, makeCrew, Rig, resultOf, type Step, until } from './testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

const NO_RETRY = { max: 0, base_s: 0, factor: 1, cap_s: 0 };
const acquire = (resource: string): Step => ['pool', { action: 'acquire_resource', resource_id: resource }];
const release = (resource: string): Step => ['pool', { action: 'release_resource', resource_id: resource }];

test('a slot that exceeds its memory limit is killed, and its task is attempted again as after a crash', async () => {
  const grows: Step = ['first', 1, [['grow', 300], ['hang']]];
  const settings = { slot_memory_mib: 256, retries: { max: 2, base_s: 0, factor: 1, cap_s: 0 } };
  const { run } = await rig.run(
    makeCrew(
      [
        { name: 'large', steps: [grows, ['answer', 'small now']] },
        { name: 'hopeless', retries: NO_RETRY, steps: [grows] },
      ],
      { settings },
    ),
  );
  const large = run.state.tasks.get('large');
  expect(large?.turns.map(({ result, error }) => [result, error?.kind ?? null])).toEqual([
    ['crash', 'memory'],
    ['ok', null],
  ]);
  expect(run.state.tasks.get('hopeless')).toMatchObject({ status: 'failed', error: { kind: 'memory' } });
  const exits = [...run.state.slots.values()].flatMap((slot) => slot.exits.map(({ reason }) => reason));
  expect(exits).toEqual(['memory', 'memory']);
});

test('an answer after the deadline is refused', async () => {
  const { run } = await rig.run(
    makeCrew([{ name: 'slow', timeout_s: 0.1, retries: NO_RETRY, steps: [['late', 'too late']] }]),
  );
  expect(run.state.tasks.get('slow')).toMatchObject({ status: 'failed', result: null, error: { kind: 'timeout' } });
  expect([...run.state.slots.values()].flatMap((slot) => slot.exits)).toEqual([]);
});

test('a task that waits for its retry occupies no slot, lane or pool unit', async () => {
  const retries = { max: 1, base_s: 0, factor: 1, cap_s: 0 };
  const failure = { kind: 'http', status: 500, message: 'broken', retry_after_ms: 300 };
  const shared = { async: false, resources: [{ pool: 'db', units: 1 }] };
  const pools = [{ name: 'db', capacity: 1 }];
  const { run } = await rig.run(
    makeCrew(
      [
        { name: 'broken', ...shared, retries, steps: [['first', 1, [['fail', failure]]]] },
        { name: 'other', ...shared },
      ],
      { pools },
    ),
    1,
  );
  const [first, second] = run.state.tasks.get('broken')?.turns ?? [];
  const other = run.state.tasks.get('other')?.turns[0];
  expect(other?.start).toBeLessThan(first?.retryAt ?? 0);
  expect(first?.retryAt).toBeGreaterThanOrEqual((first?.start ?? 0) + 300);
  expect(second?.start).toBeGreaterThanOrEqual(first?.retryAt ?? 0);
});

test('declared units and leases share a pool, and waiting leases precede new tasks', async () => {
  const db = [{ pool: 'db', units: 1 }];
  const run = await rig.start(
    makeCrew(
      [
        {
          name: 'holder',
          resources: db,
          steps: [
            ['touch', rig.path('held')],
            ['until', rig.path('go')],
          ],
        },
        { name: 'asker', steps: [['until', rig.path('held')], acquire('db'), release('db'), ['heard']] },
        { name: 'declarer', resources: db },
      ],
      { pools: [{ name: 'db', capacity: 1 }] },
    ),
    3,
  );
  await until(() => run.state.resources.get('db')?.leases.length === 1);
  await rig.touch('go');
  expect((await run.done).status).toBe('finished');
  expect(await resultOf(run, 'asker')).toContain('Resource db acquired');
  const order = (await eventsOf(run.dir)).flatMap((event) => {
    if (event.type === 'resource.acquired') return ['lease'];
    return event.type === 'attempt.started' ? [event.task] : [];
  });
  expect(order.indexOf('lease')).toBeLessThan(order.indexOf('declarer'));
});
