import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Crew } from '../../../shared/crew/schema.ts';
import { applyEvent, newRun } from '../../../shared/run/fold.ts';
import { Scheduler } from '../../../shared/scheduler/scheduler.ts';
import type { RunHandle, RunRequest } from '../request.ts';
import { eventsOf, makeCrew, Rig, resultOf, type TaskInput, until } from '../testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

const cached = (tasks: readonly TaskInput[], more: Record<string, unknown> = {}): Crew =>
  makeCrew(tasks, { settings: { cache: 'read_write', retries: { max: 0 } }, ...more });

function start(crew: Crew, more: Partial<RunRequest> = {}): Promise<RunHandle> {
  const cache = { folder: rig.path('cache'), describeTools: async () => ({}) };
  return rig.start(crew, 2, { cache, ...more });
}

async function ended(run: RunHandle): Promise<RunHandle> {
  await run.done;
  return run;
}

const starts = (run: RunHandle) => run.state.turns.map(({ task }) => task);

test('a second run takes every result from the cache without turns, slots or busy time, and replays to the same state', async () => {
  const crew = cached(
    [
      { name: 'draft', steps: [['answer', 'the draft']] },
      { name: 'long', steps: [['answer', 'word '.repeat(2000)]], resources: [{ pool: 'db', units: 1 }] },
      { name: 'polish', context: ['draft', 'long'], steps: [['prompt']], output_file: 'out.md' },
    ],
    { pools: [{ name: 'db', capacity: 1 }] },
  );
  const first = await ended(await start(crew));
  expect(starts(first)).toHaveLength(3);
  const second = await ended(await start(crew));
  expect(starts(second)).toEqual([]);
  expect(second.state.outcome).toBe('completed');
  expect(await resultOf(second, 'long')).toBe(await resultOf(first, 'long'));
  expect(second.state.tasks.get('polish')).toMatchObject({ cachedFrom: first.id, degraded: false, reusedFrom: null });
  expect(await readFile(`${rig.workspace}/out.md`, 'utf8')).toBe(await resultOf(first, 'polish'));
  const replayed = newRun(crew);
  const scheduler = new Scheduler(crew);
  for (const event of await eventsOf(second.dir)) {
    applyEvent(replayed, event);
    scheduler.apply(event);
  }
  expect(replayed).toEqual(second.state);
  expect(scheduler.next(second.state.t)).toBeNull();
});

test('other tasks start during a cache lookup, and an end of the run during a lookup settles every task', async () => {
  let describe = (): void => undefined;
  const described = new Promise<void>((resolve) => {
    describe = resolve;
  });
  const folder = rig.path('cache');
  const crew = cached([{ name: 'slow' }, { name: 'free', cache: 'off' }]);
  const slow = { folder, describeTools: () => described.then(() => ({})) };
  const run = await start(crew, { cache: slow });
  await until(() => run.state.tasks.get('free')?.status === 'completed');
  expect(run.state.tasks.get('slow')).toMatchObject({ status: 'pending', turns: [] });
  run.interrupt('signal');
  describe();
  expect(await run.done).toMatchObject({ status: 'interrupted', reason: 'signal' });
  const resumed = await rig.resume(run.dir, crew, { cache: { folder, describeTools: async () => ({}) } });
  expect(await resumed.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect((await eventsOf(run.dir)).filter(({ type }) => type.startsWith('cache.')).map(({ type }) => type)).toEqual([
    'cache.asked',
    'cache.asked',
    'cache.missed',
  ]);
  // Results of the process that resumed the run are also stored.
  expect(starts(await ended(await start(crew)))).toEqual(['free']);
});

test('an unusable cache folder disables the cache but does not fail the run', async () => {
  await writeFile(rig.path('cache'), 'a file in its place');
  const run = await start(cached([{ name: 'one' }]));
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
});

test('an entry never contains a key, and a task that runs again replaces its entry', async () => {
  const crew = cached([{ name: 'one', steps: [['answer', 'sk-invented-0123456789abcdef']] }]);
  const first = await ended(await start(crew));
  const [name = ''] = await readdir(rig.path('cache'));
  expect(await readFile(rig.path(`cache/${name}`), 'utf8')).not.toContain('sk-invented');
  const second = await ended(await start(crew, { bypassCacheFor: ['one'] }));
  expect(starts(second)).toEqual(['one']);
  const third = await ended(await start(crew));
  expect(third.state.tasks.get('one')?.cachedFrom).toBe(second.id);
  expect(second.id).not.toBe(first.id);
});
