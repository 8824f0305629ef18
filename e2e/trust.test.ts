import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright/test';
import { ADA, answer, ModelServer, taskOfAda } from '../app/cli/testing/model-server.ts';
import { expect, test } from './app.ts';

let server: ModelServer;
test.beforeEach(async () => {
  server = await ModelServer.start();
  server.reply = (response, { task }) => answer(response, `word of ${task}`);
});
test.afterEach(() => server.close());

/** Answers the system's message boxes with a button, and keeps what they said. */
function answerDialogs(electron: ElectronApplication, button: number): Promise<void> {
  return electron.evaluate(({ dialog }, response) => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    dialog.showMessageBox = (async (_window: unknown, { detail }: { detail?: string }) => {
      said.push(detail ?? '');
      return { response, checkboxChecked: false };
    }) as typeof dialog.showMessageBox;
  }, button);
}

function said(electron: ElectronApplication): Promise<string[]> {
  return electron.evaluate(() => (globalThis as { said?: string[] }).said ?? []);
}

test('a crew from elsewhere calls the model that it names only after the person trusts it', async ({
  launch,
  folder,
}) => {
  const file = join(folder, 'stranger.crew.json');
  const settings = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' };
  const tasks = [taskOfAda({ name: 'first', output_file: 'first.md' })];
  await writeFile(file, JSON.stringify({ format: 'crewlane/1', name: 'stranger', settings, agents: [ADA], tasks }));
  const { electron, page, home } = await launch({ file, foreign: true });
  await answerDialogs(electron, 1);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect.poll(() => said(electron)).toEqual([expect.stringContaining(server.baseUrl)]);
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
  expect(server.asked).toEqual([]);
  expect(await readdir(folder)).not.toContain('workspace');
  await answerDialogs(electron, 0);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByLabel('Task first, completed')).toBeVisible();
  expect(await readFile(join(folder, 'workspace', 'first.md'), 'utf8')).toBe('word of first');
  expect(JSON.parse(await readFile(join(home, 'trust.json'), 'utf8'))).toMatchObject({ crews: [{ file }] });
});

test('a rehearsal of a crew from elsewhere writes nothing next to its file', async ({ launch, folder }) => {
  const place = join(folder, 'downloads');
  await mkdir(join(place, 'workspace'), { recursive: true });
  await writeFile(join(place, 'workspace', 'notes.md'), 'mine');
  const file = join(place, 'stranger.crew.json');
  const tasks = [taskOfAda({ name: 'first', output_file: 'notes.md' })];
  await writeFile(file, JSON.stringify({ format: 'crewlane/1', name: 'stranger', agents: [ADA], tasks }));
  const { page, home } = await launch({ file, foreign: true });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByLabel('Task first, completed')).toBeVisible();
  expect(await readFile(join(place, 'workspace', 'notes.md'), 'utf8')).toBe('mine');
  expect(await readdir(join(place, 'workspace'))).toEqual(['notes.md']);
  const [scratch = ''] = await readdir(join(home, 'workspaces'));
  expect(scratch).toMatch(/^stranger-[0-9a-f]{12}$/);
});
