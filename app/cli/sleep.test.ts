import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listedSlots } from '../engine/testing/listed-slots.ts';
import { TestProvider, whole } from '../models/testing/provider.ts';
import { runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

const answer = whole({ choices: [{ message: { content: 'Done.' }, finish_reason: 'stop' }] });
/** Longer than the task timeout. The answer arrives during this time and is read afterwards. */
const SLEEP_MS = 6000;

/** Waits until the lock of the only run lists slots, and returns their process ids. */
async function slotPids(): Promise<number[]> {
  const runs = join(command.home, 'runs');
  const [run = ''] = await readdir(runs);
  let pids: number[] = [];
  await expect
    .poll(async () => {
      pids = await listedSlots(join(runs, run));
      return pids.length;
    })
    .toBeGreaterThan(0);
  return pids;
}

test('An attempt does not time out while the command and its slots are stopped.', async () => {
  const stopped: number[] = [];
  const provider = await TestProvider.start((response, received) => {
    void slotPids().then((pids) => {
      stopped.push(running.pid, ...pids);
      for (const pid of stopped) process.kill(pid, 'SIGSTOP');
      setTimeout(() => {
        answer(response, received);
        for (const pid of stopped) process.kill(pid, 'SIGCONT');
      }, SLEEP_MS);
    });
  });
  const file = await command.write('sleep.crew.json', {
    format: 'crewlane/1',
    name: 'sleep',
    settings: { task_timeout_s: 5, retries: { max: 0 } },
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
    tasks: [{ name: 'work', description: 'Do it.', expected_output: 'A word', agent: 'ada' }],
  });
  const args = ['run', file, '--base-url', provider.baseUrl, '--model', 'm', '--trust', '--json'];
  const running = command.start(args, { OPENAI_API_KEY: 'sk-a-key-of-this-test' });
  const ended = await running.ended;
  await provider.stop();
  expect(stopped.length).toBeGreaterThan(1);
  expect(runOf(ended).results).toMatchObject([{ status: 'completed', attempts: 1, result: 'Done.' }]);
});
