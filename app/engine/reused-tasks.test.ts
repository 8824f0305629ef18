import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReusedTask } from '../../shared/control/reused-tasks.ts';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import { Scheduler } from '../../shared/scheduler/scheduler.ts';
import { eventsOf, makeCrew, Rig, resultOf } from './testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

const TOOK = { busy_ms: 1200, cost_usd: 0.02 };

function completed(task: string, text: string, more: Partial<ReusedTask> = {}): ReusedTask {
  const notes = { choices: null, degraded: false, missing: [], shortened: [], unmet: [], edited: false };
  return {
    task,
    from: 'run-1',
    assigned: null,
    end: { status: 'completed', text, took: TOOK, files: [], stale: null, ...notes },
    ...more,
  };
}

test('reused results are journaled first, cost nothing, and serve as context like new results', async () => {
  const crew = makeCrew([
    { name: 'draft', steps: [['answer', 'never asked']] },
    { name: 'long', steps: [['answer', 'never asked']] },
    { name: 'polish', context: ['draft', 'long'], steps: [['prompt']] },
  ]);
  const kept = { run: 'run-2', tasks: [completed('draft', 'the old draft'), completed('long', 'word '.repeat(2000))] };
  const run = await rig.start(crew, 2, { kept });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(await resultOf(run, 'polish')).toContain('## Result of the task draft\n\nthe old draft');
  expect(await resultOf(run, 'polish')).toContain('word word');
  expect(run.state.tasks.get('draft')).toMatchObject({ reusedFrom: 'run-1', took: TOOK, turns: [], cachedFrom: null });
  expect(run.state.started).toMatchObject({ from_run: 'run-2', kept_tasks: 2 });
  const events = await eventsOf(run.dir);
  expect(events.slice(1, 3).map(({ type }) => type)).toEqual(['task.completed', 'task.completed']);
  const replayed = newRun(crew);
  const scheduler = new Scheduler(crew);
  for (const event of events) {
    applyEvent(replayed, event);
    scheduler.apply(event);
  }
  expect(replayed).toEqual(run.state);
  expect(scheduler.next(run.state.t)).toBeNull();
});

test('reused failed, skipped and cancelled tasks end immediately and do not stop the run', async () => {
  const crew = makeCrew([
    { name: 'failed' },
    { name: 'cancelled' },
    { name: 'skipped', context: ['failed'], on_dependency_failure: 'skip' },
    { name: 'again', context: ['failed', 'cancelled'], steps: [['prompt']] },
  ]);
  const of = { from: 'run-1', assigned: null };
  const tasks: ReusedTask[] = [
    { task: 'failed', ...of, end: { status: 'failed', error: { kind: 'http', message: 'it broke' } } },
    { task: 'cancelled', ...of, end: { status: 'cancelled' } },
    { task: 'skipped', ...of, end: { status: 'skipped', because: ['failed'] } },
  ];
  const run = await rig.start(crew, 2, { kept: { run: 'run-1', tasks } });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'cancelled' });
  expect(run.state.tasks.get('again')).toMatchObject({ status: 'completed', degraded: true });
  expect(await resultOf(run, 'again')).toContain('These tasks gave no result: failed, cancelled');
  expect(run.state.tasks.get('failed')).toMatchObject({ error: { message: 'it broke' }, reusedFrom: 'run-1' });
});

test('the manager assigns only the tasks that are not reused, and reused tasks keep their agents', async () => {
  const agents = [
    { name: 'ada', role: 'Worker', goal: 'Work' },
    { name: 'max', role: 'Manager', goal: 'Manage', manager: true },
  ];
  const crew = makeCrew(
    [
      { name: 'one', agent: undefined },
      { name: 'two', agent: undefined, context: ['one'] },
    ],
    { agents, process: 'hierarchical' },
  );
  const all = [completed('one', '1', { assigned: 'ada' }), completed('two', '2', { assigned: 'ada' })];
  const nothing = await rig.start(crew, 1, { kept: { run: 'run-1', tasks: all } });
  expect(await nothing.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(nothing.state.turns).toEqual([]);
  expect(nothing.state.tasks.get('two')?.agent).toBe('ada');
});

test('a run whose journal lacks a reused task cannot be resumed', async () => {
  const crew = makeCrew([{ name: 'one' }, { name: 'two' }, { name: 'three', steps: [['wait']] }]);
  const kept = { run: 'run-1', tasks: [completed('one', '1'), completed('two', '2')] };
  const run = await rig.start(crew, 1, { kept });
  run.interrupt('signal');
  await run.done;
  const journal = join(run.dir, 'events.jsonl');
  const [started = '', one = ''] = (await readFile(journal, 'utf8')).split('\n');
  await truncate(journal, Buffer.byteLength(`${started}\n${one}\n`));
  expect(await rig.tryToResume(run.dir, crew)).toMatchObject({ ok: false, failure: { kind: 'journal' } });
});
