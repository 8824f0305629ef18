import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { ADA, answer, ModelServer, taskOfAda } from '../app/cli/testing/model-server.ts';
import { expect, test } from './app.ts';

let server: ModelServer;
test.beforeEach(async () => {
  server = await ModelServer.start();
  server.reply = (response, { task }) => answer(response, `word of ${task}`);
});
test.afterEach(() => server.close());

/** A crew of three consecutive tasks whose calls cost 20 cents each, by `setPrices`. */
async function crewIn(folder: string): Promise<string> {
  const file = join(folder, 'dear.crew.json');
  const task = (name: string, context: string[] = []) => taskOfAda({ name, context });
  const settings = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm', budget_usd: 0.35 };
  const tasks = [task('first'), task('second', ['first']), task('third', ['second'])];
  await writeFile(file, JSON.stringify({ format: 'crewlane/1', name: 'dear', settings, agents: [ADA], tasks }));
  return file;
}

function setPrices(home: string): Promise<void> {
  return writeFile(join(home, 'prices.json'), '{ "m": { "prompt": 10000, "completion": 20000 } }');
}

async function outcomeIn(home: string): Promise<string[]> {
  const [run = ''] = await readdir(join(home, 'runs'));
  const lines = (await readFile(join(home, 'runs', run, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  return lines.flatMap((line) => {
    const event: { type: string; outcome?: string; reason?: string } = JSON.parse(line);
    return event.type === 'run.finished' || event.type === 'run.interrupted'
      ? [event.outcome ?? event.reason ?? '']
      : [];
  });
}

const inbox = (page: Page) => page.getByRole('region', { name: 'Reviews', exact: true });

async function runToTheBudget(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(inbox(page).getByText('The budget of $0.35 is used up')).toBeVisible();
}

test('a run whose budget is used up asks for more, and continues after the budget is raised', async ({
  open,
  folder,
}) => {
  const { page, home, problems } = await open({ file: await crewIn(folder) });
  await setPrices(home);
  await runToTheBudget(page);
  await expect(page.getByRole('button', { name: 'Budget used up' })).toBeVisible();
  await expect(inbox(page).getByText('$0.40')).toBeVisible();
  await expect(page.getByLabel('Task second, completed')).toBeVisible();
  await expect(page.getByLabel('Task third, waiting')).toBeVisible();
  await inbox(page).getByLabel('Raise by $').fill('0.01');
  await expect(inbox(page).getByRole('button', { name: 'Raise budget' })).toBeDisabled();
  await inbox(page).getByLabel('Raise by $').fill('2');
  await inbox(page).getByRole('button', { name: 'Raise budget' }).click();
  await expect(page.getByLabel('Task third, completed')).toBeVisible();
  await expect(inbox(page)).toBeHidden();
  expect(await outcomeIn(home)).toEqual(['completed']);
  expect(['first', 'second', 'third'].map((task) => server.callsOf(task))).toEqual([1, 1, 1]);
  expect(problems).toEqual([]);
});

test('a run whose budget is used up can be interrupted, asks again when it is resumed, and can be stopped', async ({
  open,
  folder,
}) => {
  const { page, home } = await open({ file: await crewIn(folder) });
  await setPrices(home);
  await runToTheBudget(page);
  await inbox(page).getByRole('button', { name: 'Interrupt run' }).click();
  await expect(inbox(page).getByText('The run is interrupted')).toBeVisible();
  expect(await outcomeIn(home)).toEqual(['budget']);
  await inbox(page).getByRole('button', { name: 'Resume the run' }).click();
  await expect(inbox(page).getByText('The budget of $0.35 is used up')).toBeVisible();
  await inbox(page).getByRole('button', { name: 'Stop the run' }).click();
  await expect(page.getByLabel('Task third, cancelled')).toBeVisible();
  expect(await outcomeIn(home)).toEqual(['budget', 'cancelled']);
});
