import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { oddServer } from '../app/main-tools/testing/odd-server.ts';
import { expect, test } from './app.ts';
import { answerQuestions, chooseInMenu } from './dialogs.ts';

test('a server is tested after consent, its tools are given to agents, and its key is entered in the window', async ({
  open,
  folder,
}) => {
  const file = join(folder, 'served.crew.json');
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Work', tools: ['odd__ecko'] }];
  const tasks = [{ name: 'draft', description: 'Write', expected_output: 'A note', agent: 'ada' }];
  const odd = { ...oddServer('none', join(folder, 'starts')), env_keys: ['E2E_TOKEN'] };
  const crew = { format: 'crewlane/1', name: 'served', agents, tasks, mcp_servers: { odd } };
  await writeFile(file, JSON.stringify(crew));
  const { electron, page, problems } = await open({ file });
  const asked = await answerQuestions(electron, 'Allow');
  const library = page.getByRole('region', { name: 'Library' });
  const inspector = page.getByRole('region', { name: 'Inspector' });
  const status = page.getByRole('status').filter({ hasText: 'problem' });

  await library.getByRole('button', { name: 'odd not started' }).click();
  await inspector.getByRole('button', { name: 'Test' }).click();
  await expect(inspector.getByText('the key E2E_TOKEN is not set')).toBeVisible();
  await inspector.getByLabel('Value of E2E_TOKEN').fill('secret');
  await inspector.getByRole('button', { name: 'Save' }).click();
  await expect(inspector.getByText('entered', { exact: true })).toBeVisible();
  await inspector.getByRole('button', { name: 'Test' }).click();
  await expect(inspector.getByText(/^Started in .* with 3 tools$/)).toBeVisible();
  expect(await asked()).toEqual(['Allow served to do this?']);
  await expect(status).toContainText('1 problem');

  await page.getByLabel('Agent ada').click();
  await expect(inspector.getByText('Did you mean odd__echo?')).toBeVisible();
  await inspector.getByRole('button', { name: 'Remove odd__ecko' }).click();
  await library.locator('summary', { hasText: '3 tools' }).click();
  await library.getByRole('button', { name: 'Add tool odd__echo' }).click();
  await expect(status).toContainText('No problems');
  await library.getByRole('button', { name: 'Add tool odd__*' }).dragTo(page.getByLabel('Task draft, idle'));
  await chooseInMenu(electron, 'Save');
  const saved = async () => JSON.parse(await readFile(file, 'utf8'));
  await expect.poll(async () => (await saved()).tasks[0].tools).toEqual(['odd__echo', 'odd__*']);
  expect(JSON.stringify(await saved())).not.toContain('secret');
  expect(problems).toEqual([]);
});
