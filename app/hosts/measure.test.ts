import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { measureProcesses } from './measure.ts';

test('A process that ends between two measurements is left out of the second', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  expect(new Set((await measureProcesses([process.pid, pid])).keys())).toEqual(new Set([process.pid, pid]));
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  expect([...(await measureProcesses([process.pid, pid])).keys()]).toEqual([process.pid]);
});
