import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { ADA, ModelServer, refuse, taskOfAda } from '../app/cli/testing/model-server.ts';
import { expect, test } from './app.ts';
import { whenIdle } from './when-idle.ts';

const TASKS = [
  { name: 'fine' },
  { name: 'broken' },
  { name: 'after', context: ['broken'] },
  { name: 'final', context: ['fine', 'after'] },
];

let server: ModelServer;
test.beforeEach(async () => {
  server = await ModelServer.start();
});
test.afterEach(() => server.close());

async function crewIn(folder: string, settings: object = {}): Promise<string> {
  const file = join(folder, 'again.crew.json');
  const model = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm', retries: { max: 0 } };
  const parts = { settings: { ...model, ...settings }, agents: [ADA], tasks: TASKS.map(taskOfAda) };
  await writeFile(file, JSON.stringify({ format: 'crewlane/1', name: 'again', ...parts }, null, 2));
  return file;
}

function asked(): string[] {
  return server.calls
    .splice(0)
    .map(({ task }) => task)
    .sort();
}

function canvasOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Crew canvas' });
}

async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
}

test('failed tasks are repeated from the list of runs, and other results are reused', async ({ open, folder }) => {
  const usual = server.reply;
  server.reply = (response, given) => (given.task === 'broken' ? refuse(response, 401) : usual(response, given));
  const { page, problems } = await open({ file: await crewIn(folder) });
  const canvas = canvasOf(page);
  await run(page);
  await expect(canvas.getByLabel('Task final, degraded')).toBeVisible();
  expect(asked()).toEqual(['after', 'broken', 'final', 'fine']);
  server.reply = usual;
  await page.getByRole('tab', { name: 'Runs' }).click();
  await page.getByRole('button', { name: /^Rerun failed tasks/ }).click();
  await expect(page.getByText(/Run again 3 of 4, reuse 1/)).toBeVisible();
  await expect(canvas.getByLabel('Task final, completed')).toBeVisible();
  await expect(canvas.getByLabel('Task fine, completed').getByText('reused')).toBeVisible();
  expect(asked()).toEqual(['after', 'broken', 'final']);
  await canvas.getByLabel('Task fine, completed').click();
  await expect(page.getByRole('region', { name: 'Inspector' }).getByText(/Reused from run/)).toBeVisible();
  expect(problems).toEqual([]);
});

test('a changed task and its dependents are stale, and the task can be run from there or alone', async ({
  open,
  folder,
}) => {
  const { page, problems } = await open({ file: await crewIn(folder) });
  const canvas = canvasOf(page);
  const inspector = page.getByRole('region', { name: 'Inspector' });
  await run(page);
  await expect(canvas.getByLabel('Task final, completed')).toBeVisible();
  expect(asked()).toHaveLength(4);
  await canvas.getByLabel('Task after, completed').click();
  await inspector.getByLabel('Description').fill('Do after. In rhyme.');
  await expect(canvas.getByLabel('Stale: after has changed: description')).toBeVisible();
  await expect(canvas.getByLabel(/^Stale: final/)).toBeVisible();
  await expect(canvas.getByText('2 stale results')).toBeVisible();

  // Alone: results made from its older result stay stale, and are marked as such.
  const alone = inspector.getByRole('button', { name: 'Run only this task' });
  // The figures of the run in the inspector move the button when they arrive.
  await whenIdle(page);
  await alone.hover();
  await expect(alone).toHaveAttribute('title', /^Run again 1 of 4, reuse 3/);
  await alone.click();
  await expect(canvas.getByText('1 stale result', { exact: true })).toBeVisible();
  expect(asked()).toEqual(['after']);
  await canvas.getByRole('button', { name: 'Rerun stale tasks' }).click();
  await expect.poll(() => server.calls.map(({ task }) => task)).toEqual(['final']);
  await expect(canvas.getByText(/stale result/)).toHaveCount(0);
  await expect(canvas.getByLabel('Task final, completed')).toBeVisible();
  await expect(canvas.getByLabel('Task final, completed').getByText('reused')).toHaveCount(0);
  expect(asked()).toEqual(['final']);

  await canvas.getByLabel('Task broken, completed').click({ button: 'right' });
  const fromHere = page.getByRole('menuitem', { name: /^Run from here/ });
  await expect(fromHere).toContainText(/Run again 3 of 4, reuse 1/);
  await fromHere.click();
  await expect.poll(() => server.calls.map(({ task }) => task).sort()).toEqual(['after', 'broken', 'final']);
  await expect(canvas.getByLabel('Task final, completed')).toBeVisible();
  expect(problems).toEqual([]);
});

test('cached results are used and marked in every view, and the cache can be cleared', async ({ open, folder }) => {
  const file = await crewIn(folder);
  const { electron, page, problems } = await open({ file });
  const canvas = canvasOf(page);
  const inspector = page.getByRole('region', { name: 'Inspector' });
  await inspector.getByLabel('Cache').selectOption('read_write');
  await run(page);
  await expect(canvas.getByLabel('Task final, completed')).toBeVisible();
  await expect(inspector.getByText(/4 results stored/)).toBeVisible();
  asked();
  await run(page);
  await expect(canvas.getByLabel('Task final, cached')).toBeVisible();
  await expect(canvas.getByLabel('Task fine, cached')).toBeVisible();
  expect(asked()).toEqual([]);
  await page.getByRole('tab', { name: 'Results' }).click();
  await expect(page.getByRole('region', { name: 'Results' }).getByText(/Cached result from run/)).toBeVisible();

  await electron.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
  });
  await inspector.getByRole('button', { name: 'Clear the cache…' }).click();
  await expect(page.getByText(/4 stored results removed/)).toBeVisible();
  await expect(inspector.getByText('The cache is empty')).toBeVisible();
  expect(await readFile(file, 'utf8')).not.toContain('read_write');
  expect(problems).toEqual([]);
});
