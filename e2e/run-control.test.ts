import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { answer, ModelServer } from '../app/cli/testing/model-server.ts';
import { expect, test } from './app.ts';

let server: ModelServer;
/** The requests that the model has not answered yet, by task. */
let unanswered: Map<string, ServerResponse>;
test.beforeEach(async () => {
  server = await ModelServer.start();
  unanswered = new Map();
  server.reply = (response, { task }) => {
    unanswered.set(task, response);
  };
});
test.afterEach(() => server.close());

function answerTo(task: string): void {
  const response = unanswered.get(task);
  if (!response) throw new Error(`No request for ${task} is pending.`);
  answer(response, `word of ${task}`);
}

/** Two tasks without dependencies, one that depends on the first, and one for which no slot is free. */
async function prepare(folder: string): Promise<string> {
  const file = join(folder, 'held.crew.json');
  const task = (name: string, context: string[] = []) => {
    return { name, description: `Do ${name}.`, expected_output: 'A word', agent: 'ada', async: true, context };
  };
  const settings = {
    provider: 'openai_compatible',
    base_url: server.baseUrl,
    model: 'm',
    max_concurrent_tasks: 2,
  };
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Work' }];
  const tasks = [task('first'), task('second'), task('third', ['first']), task('fourth')];
  await writeFile(file, JSON.stringify({ format: 'crewlane/1', name: 'held', settings, agents, tasks }));
  return file;
}

test('a paused run lets running tasks finish and starts nothing; it continues with more slots, and is stopped', async ({
  open,
  folder,
}) => {
  const { page, problems } = await open({ file: await prepare(folder) });
  const node = (task: string, state: string) => page.getByLabel(`Task ${task}, ${state}`);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await button('Run').click();
  await expect.poll(() => unanswered.size).toBe(2);
  const [one = '', other = ''] = unanswered.keys();
  await button('Pause').click();
  const status = page.getByRole('status').filter({ hasText: 'done' });
  await expect(status).toContainText('paused: running turns finish, nothing new starts');
  answerTo(one);
  await expect(node(one, 'completed')).toBeVisible();
  await expect(node(other, 'running')).toBeVisible();
  answerTo(other);
  await expect(node(other, 'completed')).toBeVisible();
  await expect(status).not.toContainText('what runs');
  await expect(status).toContainText('paused');
  await expect(page.getByLabel(/^Task \w+, waiting$/)).toHaveCount(2);
  expect([...unanswered.keys()]).toEqual([one, other]);

  await page.getByRole('spinbutton', { name: 'Slots' }).fill('1');
  await button('Resume').click();
  await expect.poll(() => unanswered.size).toBe(3);
  await expect(page.getByLabel(/^Task \w+, running$/)).toHaveCount(1);
  await page.getByRole('spinbutton', { name: 'Slots' }).fill('2');
  await expect.poll(() => unanswered.size).toBe(4);
  await button('Stop').click();
  await expect(page.getByLabel(/^Task \w+, cancelled$/)).toHaveCount(2);
  await expect(status).toContainText('cancelled');
  expect(server.callsOf(one)).toBe(1);
  expect(server.callsOf(other)).toBe(1);
  expect(problems).toEqual([]);
});

test('two starts at the same moment start one run', async ({ open, folder }) => {
  const { page } = await open({ file: await prepare(folder) });
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
  const input = { slots: 2, provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' };
  const answers = await page.evaluate(async (start) => {
    const { crewlane } = window as unknown as { crewlane: { call: (name: string, input: string) => Promise<string> } };
    return Promise.all([crewlane.call('run.start', start), crewlane.call('run.start', start)]);
  }, JSON.stringify(input));
  expect(answers.map((text) => JSON.parse(text))).toMatchObject([
    { status: 'started' },
    { status: 'failed', failure: { kind: 'busy' } },
  ]);
});
