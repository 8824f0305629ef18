import { once } from 'node:events';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright/test';
import { expect, type RunningApp, test } from './app.ts';
import { answerQuestions, chooseInMenu, newWindow, titlesOf } from './dialogs.ts';

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
const copies = async (home: string) =>
  (await readdir(join(home, 'recovery')).catch(() => [])).filter((name) => name.endsWith('.json'));

/** The number of tasks in each copy, sorted. */
async function tasksInCopies(home: string): Promise<number[]> {
  const texts = await Promise.all((await copies(home)).map((name) => readFile(join(home, 'recovery', name), 'utf8')));
  return texts.map((text) => JSON.parse(text).crew.tasks.length).toSorted();
}

/** Kills the application when its copies have these numbers of tasks. */
async function crash({ electron, home }: RunningApp, counts: number[]): Promise<void> {
  await expect.poll(() => tasksInCopies(home)).toEqual(counts);
  const ended = once(electron.process(), 'exit');
  electron.process().kill('SIGKILL');
  await ended;
}

async function windowsOf(electron: ElectronApplication, count: number): Promise<Page[]> {
  await expect.poll(() => electron.windows().length).toBe(count);
  return electron.windows();
}

test('edits are recovered after a crash, and can be kept', async ({ launch, folder }) => {
  const file = join(folder, 'team.crew.json');
  await write(file, 'one');
  const first = await launch({ file });
  await addTask(first.page);
  await crash(first, [2]);

  const { page, electron, home } = await launch({ file, home: first.home });
  await expect(tasks(page)).toHaveCount(2);
  await expect(bar(page)).toContainText('Recovered unsaved changes');
  await expect(bar(page)).not.toContainText('newer');
  await bar(page).getByRole('button', { name: 'Keep recovered' }).click();
  await expect(bar(page)).toBeHidden();
  expect(await titlesOf(electron)).toEqual(['• team.crew.json — Crewlane']);
  await chooseInMenu(electron, 'Save');
  await expect.poll(() => copies(home)).toEqual([]);
});

test('a file that is newer than the recovered edits is reported, and not overwritten without a question', async ({
  launch,
  folder,
}) => {
  const file = join(folder, 'team.crew.json');
  await write(file, 'one');
  const first = await launch({ file });
  await addTask(first.page);
  await crash(first, [2]);
  await write(file, 'one', 'two', 'three');

  const { page, electron, home } = await launch({ file, home: first.home });
  await expect(bar(page)).toContainText('The file on disk is newer');
  await expect(tasks(page)).toHaveCount(2);
  const asked = await answerQuestions(electron, 'Cancel');
  await chooseInMenu(electron, 'Save');
  await expect.poll(asked).toEqual(['team.crew.json changed on disk since you opened it.']);
  await bar(page).getByRole('button', { name: 'Use file' }).click();
  await expect(tasks(page)).toHaveCount(3);
  await expect.poll(() => copies(home)).toEqual([]);
});

test('every window is restored after a crash, including crews that were never saved', async ({ launch, folder }) => {
  const file = join(folder, 'team.crew.json');
  await write(file, 'one');
  const first = await launch({ file });
  await addTask(first.page);
  for (const count of [1, 2]) {
    const page = await newWindow(first.electron);
    for (let task = 0; task < count; task += 1) await addTask(page);
  }
  await crash(first, [1, 2, 2]);

  const second = await launch({ home: first.home });
  const pages = await windowsOf(second.electron, 3);
  const counts = async () => (await Promise.all(pages.map((page) => tasks(page).count()))).toSorted();
  await expect.poll(counts).toEqual([1, 2, 2]);
  await expect
    .poll(() => titlesOf(second.electron))
    .toEqual(['• team.crew.json — Crewlane', '• untitled_crew (2) — Crewlane', '• untitled_crew — Crewlane']);
});

test('unsaved work of a living application is not offered to another one with the same data', async ({
  launch,
  folder,
}) => {
  const first = await launch();
  await addTask(first.page);
  await expect.poll(async () => (await copies(first.home)).length).toBe(1);
  const second = await launch({ home: join(folder, 'other'), env: { CREWLANE_HOME: first.home } });
  await expect(second.page.getByText('This crew is empty')).toBeVisible();
  await addTask(second.page);
  await expect.poll(async () => (await copies(first.home)).length).toBe(2);
});

test('discarded edits are not recovered', async ({ launch }) => {
  const first = await launch();
  await addTask(first.page);
  await expect.poll(async () => (await copies(first.home)).length).toBe(1);
  await answerQuestions(first.electron, 'Don’t Save');
  const ended = once(first.electron.process(), 'exit');
  await first.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await ended;
  const second = await launch({ home: first.home });
  await expect(second.page.getByText('This crew is empty')).toBeVisible();
});

test('the window reports that edits cannot be stored for recovery, until they can', async ({ launch }) => {
  const { page, home } = await launch();
  await rm(join(home, 'recovery'), { recursive: true, force: true });
  await writeFile(join(home, 'recovery'), 'a file where the folder should be');
  await addTask(page);
  const report = page.getByRole('alert', { name: 'Recovery' });
  await expect(report).toContainText('Unsaved changes cannot be kept for recovery');
  await rm(join(home, 'recovery'));
  await expect(report).toBeHidden();
  expect(await copies(home)).toHaveLength(1);
  await chmod(join(home, 'recovery'), 0o700);
});

test('a number that is still being typed is not lost when the system closes the window', async ({ launch, folder }) => {
  const file = join(folder, 'team.crew.json');
  await write(file, 'one');
  const { electron, page } = await launch({ file });
  await expect(tasks(page)).toHaveCount(1);
  const asked = await answerQuestions(electron, 'Cancel');
  const slots = page.getByRole('spinbutton', { name: 'Slots' });
  await slots.fill('16');
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(asked).toEqual(['Save the changes to team?']);
  await expect(slots).toBeFocused();

  await answerQuestions(electron, 'Save');
  await slots.fill('17');
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(async () => JSON.parse(await readFile(file, 'utf8')).settings?.max_concurrent_tasks).toBe(17);
});
