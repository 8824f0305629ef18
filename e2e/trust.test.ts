import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright/test';
import { ADA, ModelServer, taskOfAda } from '../app/cli/testing/model-server.ts';
import { expect, test } from './app.ts';
import { chooseInMenu, chooseInOpenDialog } from './dialogs.ts';

let server: ModelServer;
test.beforeEach(async () => {
  server = await ModelServer.start();
});
test.afterEach(() => server.close());

/** A foreign crew that names an address and writes into its own folder. */
async function crewIn(folder: string, settings: object = {}): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'stranger.crew.json');
  const model = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' };
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Work' }];
  const tasks = [
    { name: 'note', description: 'Do note.', expected_output: 'A word', agent: 'ada', output_file: 'note.md' },
  ];
  await writeFile(
    file,
    JSON.stringify({ format: 'crewlane/1', name: 'stranger', settings: { ...model, ...settings }, agents, tasks }),
  );
  return file;
}

/** Answers each question with the button of this label, and records the questions. */
async function answerWith(electron: ElectronApplication, label: string): Promise<() => Promise<string[]>> {
  await electron.evaluate(({ dialog }, wanted) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = (async (_window: unknown, options: { detail: string; buttons: string[] }) => {
      asked.push(`${options.buttons.join(' | ')}\n${options.detail}`);
      return { response: options.buttons.indexOf(wanted), checkboxChecked: false };
    }) as typeof dialog.showMessageBox;
  }, label);
  return () => electron.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

test('a foreign crew is marked, and Run starts nothing until a person trusts it', async ({ launch, folder }) => {
  const file = await crewIn(join(folder, 'crews'));
  const { electron, page, home, problems } = await launch({ file, foreign: true });
  const bar = page.getByRole('status', { name: 'Trust' });
  await expect(bar).toContainText('This crew comes from elsewhere. You can look at it, edit it and rehearse it.');

  const asked = await answerWith(electron, 'Not now');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect.poll(asked).toHaveLength(1);
  const [question = ''] = await asked();
  expect(question).toContain('Trust this crew | Trust this folder | Not now');
  expect(question).toContain(server.baseUrl);
  expect(server.calls).toEqual([]);
  await expect(page.getByLabel('Task note, idle')).toBeVisible();
  expect(await exists(join(home, 'runs'))).toBe(false);
  expect(await exists(join(folder, 'crews', 'workspace'))).toBe(false);

  await answerWith(electron, 'Trust this crew');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByLabel('Task note, completed')).toBeVisible();
  await expect(bar).toHaveCount(0);
  expect(server.calls).toHaveLength(1);
  expect(await readFile(join(folder, 'crews', 'workspace', 'note.md'), 'utf8')).toContain('note is done');
  expect(JSON.parse(await readFile(join(home, 'trust.json'), 'utf8'))).toMatchObject({ crews: [{ file }] });
  expect(problems).toEqual([]);
});

test('a rehearsal of a foreign crew writes nothing next to its file', async ({ launch, folder }) => {
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

test('a crew cannot make a protected folder its workspace', async ({ open, folder }) => {
  const names = ['.', '.git', 'a/../.git', '.GIT', '.ssh', '~', '../elsewhere'];
  const { electron, page } = await open();
  await answerWith(electron, 'Trust this crew');
  for (const [at, workspace] of names.entries()) {
    const place = join(folder, `crews-${at}`);
    const file = await crewIn(place, { workspace, provider: 'rehearsal', base_url: undefined });
    await chooseInOpenDialog(electron, file);
    await chooseInMenu(electron, 'Open…');
    await expect(page.getByLabel('Task note, idle')).toBeVisible();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.getByText('The crew cannot run yet')).toBeVisible();
    await expect(page.getByRole('button', { name: /^settings\.workspace is / })).toBeVisible();
    expect(await readdir(place)).toEqual(['stranger.crew.json']);
  }
});

test('trust can be given in the bar, listed, and revoked', async ({ launch, folder }) => {
  const file = await crewIn(join(folder, 'crews'));
  const { electron, page } = await launch({ file, foreign: true });
  const bar = page.getByRole('status', { name: 'Trust' });
  await answerWith(electron, 'Trust this folder');
  await bar.getByRole('button', { name: 'Trust this crew…' }).click();
  await expect(bar).toHaveCount(0);
  await chooseInMenu(electron, 'Trusted Crews and Folders…');
  const list = page.getByRole('dialog', { name: 'Trusted crews and folders' });
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await list.getByRole('button', { name: /^Revoke Folder/ }).click();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await list.getByRole('button', { name: /^Revoke Crew/ }).click();
  await expect(list).toContainText('You have not trusted any crew or folder from elsewhere.');
  await list.getByRole('button', { name: 'Close' }).click();
  await expect(bar).toBeVisible();
});
