import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { expect, test } from './app.ts';
import { setTheme } from './dialogs.ts';

const task = (name: string, more: object = {}) => {
  return { name, description: `Write ${name}.`, expected_output: 'A note', agent: 'ada', async: true, ...more };
};

async function makeCrew(folder: string): Promise<string> {
  const file = join(folder, 'reviewed.crew.json');
  const after = { human_review: 'after' };
  const tasks = [
    task('draft', after),
    task('figures', after),
    task('outlook', after),
    task('allowed', { human_review: 'before' }),
    task('report', { context: ['draft', 'figures', 'outlook', 'allowed'] }),
  ];
  const agents = [{ name: 'ada', role: 'Writer', goal: 'Write well' }];
  await writeFile(file, JSON.stringify({ format: 'crewlane/1', name: 'reviewed', agents, tasks }));
  return file;
}

interface Event {
  type: string;
  task?: string;
  answer?: string;
  remark?: string;
  edited?: boolean;
  text?: string;
  attempt?: number;
}

async function eventsIn(home: string): Promise<Event[]> {
  const [run = ''] = await readdir(join(home, 'runs'));
  const text = await readFile(join(home, 'runs', run, 'events.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): Event => JSON.parse(line));
}

const inbox = (page: Page) => page.getByRole('region', { name: 'Reviews', exact: true });
const node = (page: Page, name: string, state: string) => page.getByLabel(`Task ${name}, ${state}`);

/** Opens the inbox's question about a task. */
async function choose(page: Page, title: string): Promise<void> {
  const list = inbox(page).getByRole('list', { name: 'Waiting' });
  if (await list.isVisible()) await list.getByRole('button', { name: title }).click();
  await expect(inbox(page).getByText(title, { exact: true }).last()).toBeVisible();
}

test('results that wait for review are approved, edited and sent back in the inbox', async ({ open, folder }) => {
  const { page, home, problems } = await open({ file: await makeCrew(folder), rehearsalSpeed: 10 });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('button', { name: '4 reviews' })).toBeVisible();
  await expect(node(page, 'draft', 'in review')).toBeVisible();
  await expect(node(page, 'allowed', 'in review')).toBeVisible();
  await expect(inbox(page)).toBeVisible();

  await choose(page, 'Draft');
  await inbox(page).getByRole('button', { name: 'Send back' }).click();
  await expect(inbox(page).getByRole('alert')).toContainText('remark');
  await inbox(page).getByLabel('Remark').fill('Say it shorter.');
  await inbox(page).getByRole('button', { name: 'Send back' }).click();
  const hasReturned = (event: Event) => event.type === 'review.answered' && event.task === 'draft';
  await expect.poll(async () => (await eventsIn(home)).some(hasReturned)).toBe(true);

  await choose(page, 'Figures');
  await inbox(page).getByRole('button', { name: 'Edit', exact: true }).click();
  await inbox(page).getByRole('textbox', { name: 'Result' }).fill('The figures, by hand.');
  await inbox(page).getByRole('button', { name: 'Approve' }).click();
  await expect(node(page, 'figures', 'completed')).toBeVisible();

  await choose(page, 'Allowed');
  await inbox(page).getByLabel('Remark').fill('Mind the year.');
  await inbox(page).getByRole('button', { name: 'Approve' }).click();
  await expect(node(page, 'allowed', 'completed')).toBeVisible();

  await choose(page, 'Outlook');
  await inbox(page).getByRole('button', { name: 'Approve' }).click();
  await expect(node(page, 'outlook', 'completed')).toBeVisible();

  await expect(page.getByRole('button', { name: '1 review' })).toBeVisible();
  await expect(inbox(page).getByText('You sent it back: “Say it shorter.”')).toBeVisible();
  await expect(inbox(page).getByText('attempt 2')).toBeVisible();
  await inbox(page).getByRole('button', { name: 'Approve' }).click();
  await expect(node(page, 'report', 'completed')).toBeVisible();
  await expect(inbox(page)).toBeHidden();

  const events = await eventsIn(home);
  const answers = events.flatMap((event) =>
    event.type === 'review.answered' ? [`${event.task} ${event.answer}`] : [],
  );
  expect(answers).toEqual([
    'draft sent_back',
    'figures edited',
    'allowed approved',
    'outlook approved',
    'draft approved',
  ]);
  const edited = events.find((event) => event.type === 'task.completed' && event.task === 'figures');
  expect(edited).toMatchObject({ edited: true, text: 'The figures, by hand.' });
  await page.getByRole('tab', { name: 'Results' }).click();
  await page.getByRole('region', { name: 'Results' }).getByRole('button', { name: 'figures' }).click();
  await expect(page.getByText('Edited by a person', { exact: true })).toBeVisible();
  expect(problems).toEqual([]);
});

test('a run that was interrupted during a review asks again when it is resumed', async ({ launch, folder }) => {
  const file = await makeCrew(folder);
  const first = await launch({ file, rehearsalSpeed: 10 });
  await first.page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(first.page.getByRole('button', { name: '4 reviews' })).toBeVisible();
  first.electron.process().kill('SIGKILL');

  const second = await launch({ file, rehearsalSpeed: 10, home: first.home });
  await second.page.getByRole('tab', { name: 'Runs' }).click();
  await second.page
    .getByRole('region', { name: 'Runs' })
    .getByRole('button', { name: /^Resume/ })
    .first()
    .click();
  await expect(second.page.getByRole('button', { name: '4 reviews' })).toBeVisible();
  await choose(second.page, 'Draft');
  await inbox(second.page).getByRole('button', { name: 'Approve' }).click();
  await expect(node(second.page, 'draft', 'completed')).toBeVisible();
  const attempts = (await eventsIn(first.home)).filter(
    (event) => event.type === 'attempt.started' && event.task === 'draft',
  );
  expect(attempts).toHaveLength(1);
});

test('the smallest window shows every button of the toolbar and of the tabs, also while reviews wait', async ({
  open,
  folder,
}) => {
  const { electron, page } = await open({ file: await makeCrew(folder), rehearsalSpeed: 10 });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('button', { name: '4 reviews' })).toBeVisible();
  await electron.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const [width = 0, height = 0] = window?.getMinimumSize() ?? [];
    window?.setSize(width, height);
  });
  for (const name of ['Pause', 'Stop', '4 reviews', 'Export reports', 'Auto layout', 'Save as image', '● Follow'])
    await expect(page.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('spinbutton', { name: 'Slots' })).toBeInViewport({ ratio: 1 });
});

test('the inbox can be opened, used and closed with the keyboard', async ({ open, folder }) => {
  const { page } = await open({ file: await makeCrew(folder), rehearsalSpeed: 10 });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('button', { name: '4 reviews' })).toBeVisible();
  await inbox(page).getByRole('button', { name: 'Close reviews' }).press('Escape');
  await expect(inbox(page)).toBeHidden();
  await page.getByRole('button', { name: '4 reviews' }).press('Enter');
  await expect(inbox(page).getByRole('button', { name: 'Close reviews' })).toBeFocused();
  for (let presses = 0; presses < 20; presses += 1) {
    if ((await page.locator(':focus').textContent()) === 'Approve') break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: '3 reviews' })).toBeVisible();
});

test('every element of the inbox has a name and a role, and texts are readable in both themes', async ({
  open,
  folder,
}) => {
  const { electron, page } = await open({ file: await makeCrew(folder), rehearsalSpeed: 10 });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('button', { name: '4 reviews' })).toBeVisible();
  await choose(page, 'Draft');
  await inbox(page).getByRole('button', { name: 'Send back' }).click();
  await expect(inbox(page).getByRole('alert')).toBeVisible();
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(electron, page, theme);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).include('.inbox').analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
      theme,
    ).toEqual([]);
  }
});
