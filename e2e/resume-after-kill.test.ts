import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { listedSlots } from '../app/engine/testing/listed-slots.ts';
import { expect, test } from './app.ts';
import { chooseInMenu, chooseInOpenDialog } from './dialogs.ts';
import { layeredCrew } from './layered-crew.ts';

interface Event {
  type: string;
  task?: string;
}

/** The slot processes that the locks of the runs list. */
async function slotsIn(home: string): Promise<number[]> {
  const runs = await readdir(join(home, 'runs'));
  return (await Promise.all(runs.map((run) => listedSlots(join(home, 'runs', run))))).flat();
}

async function eventsIn(home: string): Promise<Event[]> {
  const [run] = await readdir(join(home, 'runs')).catch(() => []);
  if (run === undefined) return [];
  const text = await readFile(join(home, 'runs', run, 'events.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): Event => JSON.parse(line));
}

/** On a busy machine, the window shows the first results late. Then there is still enough time to kill the application. */
const TASKS = 40;

/** A crew with two tasks at a time. */
async function slowCrew(folder: string): Promise<string> {
  const file = join(folder, 'slow.crew.json');
  await writeFile(file, JSON.stringify(layeredCrew(TASKS, 2)));
  return file;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('after the application is killed, its run can be resumed with its completed results, and no process remains', async ({
  launch,
  folder,
}) => {
  const file = await slowCrew(folder);
  const first = await launch({ file, rehearsalSpeed: 1 });
  await first.page.getByRole('button', { name: 'Run', exact: true }).click();
  const canvas = first.page.getByRole('region', { name: 'Crew canvas' });
  await expect.poll(() => canvas.getByLabel(/^Task \w+, completed$/).count()).toBeGreaterThanOrEqual(3);
  const shown = await canvas
    .getByLabel(/^Task \w+, completed$/)
    .evaluateAll((nodes) => nodes.map((node) => /^Task (\w+),/.exec(node.getAttribute('aria-label') ?? '')?.[1]));
  const ended = once(first.electron.process(), 'exit');
  first.electron.process().kill('SIGKILL');
  await ended;

  const before = await eventsIn(first.home);
  const completed = before.flatMap(({ type, task }) => (type === 'task.completed' && task ? [task] : []));
  expect(completed).toEqual(expect.arrayContaining(shown));
  const slots = await slotsIn(first.home);
  expect(slots.length).toBeGreaterThan(0);
  await expect.poll(() => slots.filter(isAlive)).toEqual([]);

  const second = await launch({ file, rehearsalSpeed: 20, home: first.home });
  await second.page.getByRole('tab', { name: 'Runs' }).click();
  const runs = second.page.getByRole('region', { name: 'Runs' });
  await runs
    .getByRole('button', { name: /^Resume/ })
    .first()
    .click();
  await expect(
    second.page.getByRole('region', { name: 'Crew canvas' }).getByLabel(/^Task \w+, completed$/),
  ).toHaveCount(TASKS);
  const after = (await eventsIn(first.home)).slice(before.length);
  const again = after.flatMap(({ type, task }) => (type === 'attempt.started' && task ? [task] : []));
  expect(again.filter((task) => completed.includes(task))).toEqual([]);
});

test('opening the crew of an interrupted run shows the run with its progress, and offers to resume it', async ({
  launch,
  folder,
}) => {
  const file = await slowCrew(folder);
  const first = await launch({ file, rehearsalSpeed: 1 });
  await first.page.getByRole('button', { name: 'Run', exact: true }).click();
  const completed = (page: Page) =>
    page.getByRole('region', { name: 'Crew canvas' }).getByLabel(/^Task \w+, completed$/);
  await expect.poll(() => completed(first.page).count()).toBeGreaterThanOrEqual(2);
  const ended = once(first.electron.process(), 'exit');
  first.electron.process().kill('SIGKILL');
  await ended;

  const { electron, page } = await launch({ rehearsalSpeed: 20, home: first.home });
  await chooseInOpenDialog(electron, file);
  await chooseInMenu(electron, 'Open…');
  const notice = page.getByRole('status', { name: 'Interrupted run' });
  await expect(notice).toContainText(new RegExp(`waiting: started .*, \\d+ of ${TASKS} tasks done`));
  await notice.getByRole('button', { name: 'Resume' }).click();
  await expect(completed(page)).toHaveCount(TASKS);
  await expect(notice).toBeHidden();
});
