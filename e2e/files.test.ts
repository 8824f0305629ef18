import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { expect, type RunningApp, test } from './app.ts';
import { answerQuestions, chooseInMenu } from './dialogs.ts';

const crewOf = (...names: string[]) => ({
  format: 'crewlane/1',
  name: 'team',
  agents: [{ name: 'ada', role: 'Writer', goal: 'Write' }],
  tasks: names.map((name) => ({ name, description: `Do ${name}`, expected_output: 'Text', agent: 'ada' })),
});
const write = (path: string, ...names: string[]) => writeFile(path, JSON.stringify(crewOf(...names)));
const tasks = (page: Page) => page.getByRole('region', { name: 'Crew canvas' }).getByLabel(/^Task /);
const bar = (page: Page) => page.getByRole('status', { name: 'File' });
const addTask = (page: Page) => page.getByRole('button', { name: 'Add task' }).click();
const namesIn = async (path: string) =>
  JSON.parse(await readFile(path, 'utf8')).tasks.map(({ name }: { name: string }) => name);

/** Opens a crew with one task. */
async function opened(open: (options: { file: string }) => Promise<RunningApp>, folder: string) {
  const file = join(folder, 'team.crew.json');
  await write(file, 'one');
  const app = await open({ file });
  await expect(tasks(app.page)).toHaveCount(1);
  return { ...app, file };
}

async function edited(open: (options: { file: string }) => Promise<RunningApp>, folder: string) {
  const app = await opened(open, folder);
  await addTask(app.page);
  await expect(tasks(app.page)).toHaveCount(2);
  return app;
}

test('a file that changes on disk is reloaded into a window without edits, which can be undone', async ({
  open,
  folder,
}) => {
  const { page, file } = await opened(open, folder);
  await write(file, 'one', 'two');
  await expect(page.getByText('Reloaded: changed on disk')).toBeVisible();
  await expect(tasks(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(tasks(page)).toHaveCount(1);
});

test('a file that is replaced by a rename, or deleted and created again, is reloaded', async ({ open, folder }) => {
  const { page, file } = await opened(open, folder);
  await write(join(folder, 'next'), 'one', 'two');
  await rename(join(folder, 'next'), file);
  await expect(tasks(page)).toHaveCount(2);
  await rm(file);
  await expect(bar(page)).toContainText('was deleted or moved');
  await write(file, 'one', 'two', 'three');
  await expect(tasks(page)).toHaveCount(3);
  await expect(bar(page)).toBeHidden();
});

test('edits and a change on disk are both kept until a person has answered', async ({ open, folder }) => {
  const { electron, page, file } = await edited(open, folder);
  await write(file, 'one', 'two', 'three');
  await expect(bar(page)).toContainText('Changed on disk since you opened it');
  const asked = await answerQuestions(electron, 'Cancel');
  await chooseInMenu(electron, 'Save');
  await expect.poll(asked).toEqual(['team.crew.json changed on disk since you opened it.']);
  expect(await namesIn(file)).toEqual(['one', 'two', 'three']);

  await bar(page).getByRole('button', { name: 'Compare' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('only on disk').first()).toBeVisible();
  await expect(dialog.getByText('only in this window').first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await expect(bar(page)).toBeHidden();
  await chooseInMenu(electron, 'Save');
  await expect.poll(() => namesIn(file)).toEqual(['one', 'task']);
  expect(await asked()).toHaveLength(1);
});

test('the version on disk can replace edits, and Undo restores the edits', async ({ open, folder }) => {
  const { page, file } = await edited(open, folder);
  await write(file, 'one', 'two', 'three');
  await bar(page).getByRole('button', { name: 'Take theirs' }).click();
  await expect(tasks(page)).toHaveCount(3);
  await expect(bar(page)).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(tasks(page)).toHaveCount(2);
});

test('Save detects a change right before it', async ({ open, folder }) => {
  const { electron, file } = await edited(open, folder);
  const asked = await answerQuestions(electron, 'Cancel');
  await electron.evaluate(
    async ({ Menu }, { path, text }) => {
      const { writeFileSync } = process.getBuiltinModule('node:fs');
      writeFileSync(path, text);
      const entries = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? [];
      entries.find((item) => item.label === 'Save')?.click();
    },
    { path: file, text: JSON.stringify(crewOf('theirs')) },
  );
  await expect.poll(asked).toEqual(['team.crew.json changed on disk since you opened it.']);
  expect(await namesIn(file)).toEqual(['theirs']);
});

test('a deleted file is created again only after a question', async ({ open, folder }) => {
  const { electron, page, file } = await opened(open, folder);
  await rm(file);
  await expect(bar(page)).toContainText('This window has the only copy');
  await expect
    .poll(() => electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle()))
    .toBe('• team.crew.json — Crewlane');
  const asked = await answerQuestions(electron, 'Cancel');
  await chooseInMenu(electron, 'Save');
  await expect.poll(asked).toEqual(['team.crew.json was deleted or moved.']);
  await expect(readFile(file)).rejects.toThrow();
  await bar(page).getByRole('button', { name: 'Save again' }).click();
  await expect(bar(page)).toBeHidden();
  await expect(async () => expect(await namesIn(file)).toEqual(['one'])).toPass();
});

test('a file that becomes unreadable keeps the crew in the window', async ({ open, folder }) => {
  const { page, file } = await opened(open, folder);
  await writeFile(file, '<<<<<<< HEAD');
  await expect(bar(page)).toContainText('can no longer be opened');
  await expect(tasks(page)).toHaveCount(1);
  await write(file, 'one', 'two');
  await expect(tasks(page)).toHaveCount(2);
});
