import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolders } from '../app/launch/data-folder.ts';
import { type PlanInput, planRun } from '../app/launch/plan.ts';
import { bundleFolder } from '../app/testing/bundle-folder.ts';
import { bundle } from '../scripts/bundle.mjs';
import { crewSchema } from '../shared/crew/schema.ts';
import { Workers } from './workers.ts';

let folder: string;
let workers: Workers;

beforeAll(async () => {
  folder = await bundleFolder('worker');
  await bundle(folder, { worker: 'main/worker.ts' });
  workers = new Workers(join(folder, 'worker.js'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function planInput(count: number): PlanInput {
  const tasks = Array.from({ length: count }, (_, index) => ({
    name: `task_${index}`,
    description: 'Write a sentence',
    expected_output: 'A sentence',
    agent: 'ada',
    estimate_s: 1 + (index % 7),
    context: index < 50 ? [] : [`task_${index - 50}`],
  }));
  const agents = [{ name: 'ada', role: 'Writer', goal: 'Write' }];
  const crew = crewSchema.parse({ format: 'crewlane/1', name: 'large', agents, tasks });
  return { crew, agents: new Map(), rehearsalSpeed: 1, folders: dataFolders(folder), slots: 8, kept: new Set() };
}

test('a worker plans a crew of ten thousand tasks like the main process, which continues meanwhile', async () => {
  const input = planInput(10_000);
  let planned = false;
  const plan = workers.do('plan', input).finally(() => {
    planned = true;
  });
  let turns = 0;
  for (; !planned; turns += 1) await turnOfTheLoop();
  expect(turns).toBeGreaterThan(100);
  expect(await plan).toEqual(await planRun(input));
});

test('concurrent jobs do not wait for each other, and failures are reported', async () => {
  const missing = join(folder, 'no-run');
  const [plan, exported] = await Promise.all([
    workers.do('plan', planInput(500)),
    workers.do('export', { dir: missing, below: folder }),
  ]);
  expect(plan.prediction.makespan_ms).toBeGreaterThan(0);
  expect(exported).toMatchObject({ ok: false, message: expect.stringContaining(missing) });
});

test('a job that fails rejects, and the next one still succeeds', async () => {
  // Violates its type, as a bug would.
  await expect(workers.do('export', {} as { dir: string; below: string })).rejects.toThrow();
  await expect(workers.do('runs', { folders: dataFolders(folder) })).resolves.toEqual([]);
});
