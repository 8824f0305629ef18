import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Reply, refusal, says, TestProvider } from '../models/testing/provider.ts';
import { runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

const servers: TestProvider[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serverOf(...replies: Reply[]): Promise<TestProvider> {
  const server = await TestProvider.start(...replies);
  servers.push(server);
  return server;
}

const NO_CREDIT = refusal(402, 'Insufficient credits.');

it('a run uses the fallbacks of its models, and marks their results', async () => {
  const helper = await serverOf(says('From the fallback.'));
  const servers = {
    quota: await serverOf(NO_CREDIT),
    slow: await serverOf(refusal(429, 'Too many requests.', { 'retry-after': '60' })),
    broken: await serverOf(refusal(500, 'Broken.')),
    denied: await serverOf(refusal(401, 'Wrong key.')),
    fine: await serverOf(says('From the model.')),
  };
  const names = Object.keys(servers);
  const file = await command.write('fallbacks.crew.json', {
    format: 'crewlane/1',
    name: 'fallbacks',
    settings: {
      model: 'first',
      retries: { max: 2, base_s: 0, cap_s: 0 },
      fallbacks: [{ base_url: helper.baseUrl, model: 'second' }],
    },
    agents: Object.entries(servers).map(([name, { baseUrl }]) => {
      return { name, role: 'Worker', goal: 'Work', base_url: baseUrl };
    }),
    tasks: names.map((name) => {
      return { name: `t_${name}`, description: 'Work.', expected_output: 'A word', agent: name, async: true };
    }),
  });
  const run = runOf(await command.run(['run', file, '--trust', '--json']));
  const of = (name: string) => run.results.find(({ task }) => task === `t_${name}`);
  const fallback = 'openai_compatible/second';
  expect(of('quota')).toMatchObject({
    status: 'completed',
    result: 'From the fallback.',
    fallback,
    attempts: 1,
    degraded: false,
  });
  expect(of('slow')).toMatchObject({ status: 'completed', fallback, attempts: 1 });
  expect(of('broken')).toMatchObject({ status: 'completed', fallback, attempts: 2 });
  expect(of('denied')).toMatchObject({ status: 'failed', error: { kind: 'auth' } });
  expect(of('fine')).toMatchObject({ status: 'completed', result: 'From the model.' });
  expect(of('fine')).not.toHaveProperty('fallback');
  expect(Object.values(servers).map(({ received }) => received.length)).toEqual([1, 1, 1, 1, 1]);
  const journal = await readFile(join(run.run_dir, 'events.jsonl'), 'utf8');
  expect(journal).toContain('"provider":"openai_compatible","fallback":1');
});

it('a run fails with the last refusal if no fallback can answer', async () => {
  const [first, second] = [await serverOf(NO_CREDIT), await serverOf(NO_CREDIT)];
  const file = await command.write('none.crew.json', {
    format: 'crewlane/1',
    name: 'none',
    settings: { base_url: first.baseUrl, model: 'first', fallbacks: [{ base_url: second.baseUrl, model: 'second' }] },
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
    tasks: [{ name: 'work', description: 'Work.', expected_output: 'A word', agent: 'ada' }],
  });
  const run = runOf(await command.run(['run', file, '--trust', '--json']));
  expect(run.results[0]).toMatchObject({
    status: 'failed',
    attempts: 1,
    error: { kind: 'quota', message: expect.stringContaining(second.baseUrl) },
  });
  expect([first.received.length, second.received.length]).toEqual([1, 1]);
});
