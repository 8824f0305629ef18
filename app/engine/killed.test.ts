import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bundle } from '../../scripts/bundle.mjs';
import type { Crew } from '../../shared/crew/schema.ts';
import { bundleFolder } from '../testing/bundle-folder.ts';
import { eventsOf, FAKE_SLOT, fileExists, isAlive, makeCrew, Rig, resultOf, until } from './testing/rig.ts';

let bundled: string;
let rig: Rig;
const children: ChildProcess[] = [];

beforeAll(async () => {
  bundled = await bundleFolder('run-until-killed');
  await bundle(bundled, { 'run-until-killed': 'app/engine/testing/run-until-killed.ts' });
  return () => rm(bundled, { recursive: true, force: true });
}, 30_000);
beforeEach(() => {
  rig = new Rig();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(rig.root, { recursive: true, force: true });
});

/** A separate process that owns the run; `acknowledged` collects the tasks that it reported as completed. */
async function startProcess(crew: Crew) {
  const given = rig.path('given.json');
  await mkdir(rig.workspace, { recursive: true });
  await writeFile(given, JSON.stringify({ root: rig.root, crew }));
  const environment = { ...process.env, FAKE_SLOT };
  const child = spawn(process.execPath, [`${bundled}/run-until-killed.js`, given], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const acknowledged: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => acknowledged.push(...text.trim().split('\n')));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { child, acknowledged, ended, dir: await fileExists(`${given}.started`) };
}

const crew = () =>
  makeCrew([
    {
      name: 'done',
      steps: [
        ['log', rig.path('log')],
        ['answer', 'the first result'],
      ],
    },
    {
      name: 'cut_off',
      context: ['done'],
      steps: [
        ['log', rig.path('log')],
        [
          'first',
          1,
          [
            ['pool', { action: 'acquire_resource', resource_id: 'db' }],
            ['llm', 'reading', 'c1'],
            ['tool', 'c1', 'read'],
            ['touch', rig.path('middle')],
            ['wait'],
          ],
        ],
        ['transcript'],
      ],
    },
  ]);

test('kill -9 of a run’s owner leaves no slot process, and the run can be resumed to its end', async () => {
  const first = await startProcess(crew());
  const slot = Number(await fileExists(rig.path('middle')));
  await until(async () => (await readFile(`${first.dir}/events.jsonl`, 'utf8')).includes('"tool.call"'));
  await until(() => first.acknowledged.includes('done'));
  first.child.kill('SIGKILL');
  await first.ended;
  const run = await rig.resume(first.dir, crew());
  expect(await isAlive(slot)).toBe(false);
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  const log = (await readFile(rig.path('log'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(0, 2).join(' '));
  expect(log).toEqual(['done 1', 'cut_off 1', 'cut_off 2']);
  const transcript = JSON.parse((await resultOf(run, 'cut_off')) ?? '');
  expect(transcript.map((message: { content: string }) => message.content)).toEqual(['reading', 'read']);
});

test('a result under review at kill -9 is reviewed again without another attempt', async () => {
  const crew = makeCrew([
    {
      name: 'reviewed',
      human_review: 'after',
      steps: [
        ['log', rig.path('log')],
        ['answer', 'worth keeping. '.repeat(500)],
      ],
    },
    { name: 'beside', steps: [['once', rig.path('once'), [['wait']]]] },
  ]);
  const first = await startProcess(crew);
  await until(async () => (await readFile(`${first.dir}/events.jsonl`, 'utf8')).includes('"review.asked"'));
  first.child.kill('SIGKILL');
  await first.ended;
  const run = await rig.resume(first.dir, crew, { reviewer: 'person' });
  await until(() => run.state.tasks.get('reviewed')?.reviews.length === 2);
  expect(await run.reviewText('reviewed')).toBe('worth keeping. '.repeat(500));
  await run.answerReview('reviewed', { answer: 'approved' });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect((await readFile(rig.path('log'), 'utf8')).trim().split('\n')).toHaveLength(1);
});

test('every started attempt ends exactly once, run time never decreases, and leases are released', async () => {
  const first = await startProcess(crew());
  await fileExists(rig.path('middle'));
  await until(async () => (await readFile(`${first.dir}/events.jsonl`, 'utf8')).includes('"resource.acquired"'));
  first.child.kill('SIGKILL');
  await first.ended;
  await (await rig.resume(first.dir, crew())).done;
  const events = await eventsOf(first.dir);
  const keys = (type: string) =>
    events.flatMap((event) => (event.type === type && 'attempt' in event ? [`${event.task} ${event.attempt}`] : []));
  expect(keys('attempt.ended').sort()).toEqual(keys('attempt.started').sort());
  expect(events.map((event) => event.t)).toEqual(events.map((event) => event.t).sort((a, b) => a - b));
  expect(events.find((event) => event.type === 'attempt.ended' && event.task === 'cut_off')).toMatchObject({
    result: 'lost',
  });
  expect(events.find((event) => event.type === 'resource.released')).toMatchObject({ resource: 'db', reclaimed: true });
});

test('a run can be resumed from a journal truncated anywhere, as after a power failure', async () => {
  const chain = makeCrew([{ name: 'a' }, { name: 'b', context: ['a'] }, { name: 'c', context: ['b'] }]);
  const { run } = await rig.run(chain);
  const whole = await readFile(`${run.dir}/events.jsonl`);
  const firstLine = whole.indexOf(10) + 1;
  for (let part = 1; part <= 5; part += 1) {
    const copy = rig.path(`copy${part}`);
    await cp(run.dir, copy, { recursive: true });
    const length = firstLine + Math.floor(((whole.length - firstLine - 40) * part) / 5);
    await writeFile(`${copy}/events.jsonl`, whole.subarray(0, length));
    const resumed = await rig.resume(copy, chain);
    expect(await resumed.done).toEqual({ status: 'finished', outcome: 'completed' });
  }
});
