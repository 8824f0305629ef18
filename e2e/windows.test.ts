import { copyFile, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import type { Bridge } from '../shared/ipc/channels.ts';
import { expect, SEED_CREW, test } from './app.ts';
import {
  answerQuestions,
  chooseInMenu,
  chooseInOpenDialog,
  chooseInSaveDialog,
  newWindow,
  titlesOf,
} from './dialogs.ts';

const makeCrew = (name: string) => ({ format: 'crewlane/1', name, tasks: [], agents: [] });
const writeCrew = (path: string, name: string) => writeFile(path, JSON.stringify(makeCrew(name)));

const addTask = (page: Page) => page.getByRole('button', { name: 'Add task' }).click();
const tasks = (page: Page) => page.getByRole('region', { name: 'Crew canvas' }).getByLabel(/^Task /);

test('the title names the file, marks unsaved changes and distinguishes windows', async ({ open, folder }) => {
  const file = join(folder, 'team.crew.json');
  await writeCrew(file, 'inner_name');
  const { electron, page } = await open({ file });
  await expect.poll(() => titlesOf(electron)).toEqual(['team.crew.json — Crewlane']);
  await addTask(page);
  await expect.poll(() => titlesOf(electron)).toEqual(['• team.crew.json — Crewlane']);
  await newWindow(electron);
  await newWindow(electron);
  await expect
    .poll(() => titlesOf(electron))
    .toEqual(['untitled_crew (2) — Crewlane', 'untitled_crew — Crewlane', '• team.crew.json — Crewlane']);
});

test('a new window is empty while another has unsaved work', async ({ open }) => {
  const { electron, page } = await open();
  await addTask(page);
  await expect.poll(() => titlesOf(electron)).toEqual(['• untitled_crew — Crewlane']);
  const second = await newWindow(electron);
  await expect(second.getByText('This crew is empty')).toBeVisible();
  await expect(tasks(second)).toHaveCount(0);
});

test('opening an open file shows its window, for any spelling of the path', async ({ open, folder }) => {
  const file = join(folder, 'team.crew.json');
  await writeCrew(file, 'team');
  await symlink(file, join(folder, 'link.crew.json'));
  const { electron, page } = await open({ file });
  await addTask(page);
  const second = await newWindow(electron);
  await expect(second.getByText('This crew is empty')).toBeVisible();
  for (const path of [file, join(folder, 'link.crew.json'), `${folder}/./team.crew.json`]) {
    await chooseInOpenDialog(electron, path);
    await second.getByRole('button', { name: 'Open a file…' }).click();
    await expect(second.getByRole('heading', { level: 1 })).toHaveText('untitled_crew');
  }
  await expect(tasks(page)).toHaveCount(1);
  expect(await titlesOf(electron)).toEqual(['untitled_crew — Crewlane', '• team.crew.json — Crewlane']);
});

test('Save As does not replace a file that another window has open', async ({ open, folder }) => {
  const file = join(folder, 'team.crew.json');
  await writeCrew(file, 'team');
  const { electron } = await open({ file });
  const second = await newWindow(electron);
  await addTask(second);
  const asked = await answerQuestions(electron, 'Cancel');
  await chooseInSaveDialog(electron, file);
  await electron.evaluate(({ BrowserWindow, Menu }) => {
    const entries = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? [];
    BrowserWindow.getAllWindows()
      .find((window) => window.getTitle().includes('untitled_crew'))
      ?.focus();
    entries.find((item) => item.label === 'Save As…')?.click();
  });
  await expect.poll(asked).toEqual(['team.crew.json is open in another window.']);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(makeCrew('team'));
});

test('unsaved work is not discarded for a file that cannot be opened', async ({ open, folder }) => {
  const broken = join(folder, 'broken.crew.json');
  await writeFile(broken, '{"format": ');
  const { electron, page } = await open();
  await addTask(page);
  const asked = await answerQuestions(electron, 'Don’t Save');
  await chooseInOpenDialog(electron, broken);
  await chooseInMenu(electron, 'Open…');
  await expect(page.getByText('broken.crew.json cannot be opened')).toBeVisible();
  expect(await asked()).toEqual([]);
  await expect(tasks(page)).toHaveCount(1);
});

test('a file that cannot be opened at the start has a window with the reason', async ({ launch, folder }) => {
  const picture = join(folder, 'logo.png');
  await writeFile(picture, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]));
  const { page } = await launch({ file: picture });
  await expect(page.getByText(`${picture} is not a crew file.`)).toBeVisible();
});

test('a dropped file that is not a crew opens no window', async ({ open, folder }) => {
  const letter = join(folder, 'letter.txt');
  await writeFile(letter, 'Dear all');
  const { electron, page } = await open({ file: SEED_CREW });
  await expect(tasks(page)).toHaveCount(12);
  // A drop from the desktop cannot be simulated; this is the call that it makes.
  const answer = await page.evaluate((path) => {
    // The preload script defines the bridge.
    const { crewlane } = globalThis as unknown as { crewlane: Bridge };
    return crewlane.call('crew.open', JSON.stringify({ path, beside: true }));
  }, letter);
  expect(answer).toContain(`${letter} is not a crew file.`);
  expect(electron.windows()).toHaveLength(1);
});

test('Open Recent and the empty window list opened files, including templates', async ({ launch, folder }) => {
  const file = join(folder, 'team.crew.json');
  await copyFile(SEED_CREW, file);
  const first = await launch({ file: SEED_CREW });
  await chooseInOpenDialog(first.electron, file);
  await chooseInMenu(first.electron, 'Open…');
  await expect.poll(() => titlesOf(first.electron)).toEqual(['team.crew.json — Crewlane']);
  const recent = await first.electron.evaluate(({ Menu }) => {
    const entries = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? [];
    return entries.find((item) => item.label === 'Open Recent')?.submenu?.items.map((item) => item.label);
  });
  expect(recent).toEqual([file, SEED_CREW]);
  await chooseInMenu(first.electron, 'New');
  await first.page.getByRole('region', { name: 'Recent files' }).getByRole('button', { name: /^team/ }).click();
  await expect(tasks(first.page)).toHaveCount(12);
});

test('cancelling the question for a key changes neither the provider nor the crew', async ({ open }) => {
  const { electron, page } = await open({ file: SEED_CREW });
  await page.getByRole('combobox', { name: 'Provider' }).selectOption('openai');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('combobox', { name: 'Provider' })).toHaveValue('rehearsal');
  expect(await titlesOf(electron)).toEqual(['concurrent_processing_crew — Crewlane']);
});
