import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startRun } from './engine.ts';
import { handleOf, makeCrew, Rig, until } from './testing/rig.ts';

let rig: Rig;
let mounted = false;
beforeEach(() => {
  rig = new Rig();
  mkdirSync(rig.runs);
  mkdirSync(rig.workspace);
  mounted = mountTiny(rig.runs);
});
afterEach(() => {
  if (mounted) execFileSync('umount', ['-l', rig.runs]);
  rig.remove();
});

/** A file system of 256 KiB, if this user may create one. */
function mountTiny(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a full disk interrupts the run, no reported event is lost, and the run can be resumed with free space', async () => {
  if (!mounted) return; // Only a user who may mount can have a disk that fills up; journal.test.ts has the writer that fails.
  const crew = makeCrew([
    { name: 'small' },
    {
      name: 'large',
      context: ['small'],
      steps: [
        ['first', 1, [['until', rig.path('reported')], ['fill', 40, 20_000], ['wait']]],
        ['answer', 'ok'],
      ],
    },
  ]);
  const run = handleOf(await startRun(rig.request(crew), rig.host()));
  const completed: string[] = [];
  run.subscribe((events) =>
    completed.push(...events.flatMap((event) => (event.type === 'task.completed' ? [event.task] : []))),
  );
  await until(() => completed.length > 0);
  await rig.touch('reported');
  const end = await run.done;
  expect(end).toMatchObject({ status: 'interrupted', reason: 'disk' });
  expect(end.status === 'interrupted' && end.message).toContain('ENOSPC');
  expect(completed).toEqual(['small']);
  await rm(join(run.dir, 'blobs'), { recursive: true, force: true });
  execFileSync('mount', ['-o', 'remount,size=4m', rig.runs]);
  const resumed = await rig.resume(run.dir, crew);
  await until(() => resumed.state.outcome !== null);
  expect(await resumed.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(resumed.state.tasks.get('small')?.turns).toHaveLength(1);
});
