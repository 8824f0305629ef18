import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { expect, TWO_STEPS, test } from './app.ts';
import { chooseInMenu, chooseInSaveDialog } from './dialogs.ts';
import { whenIdle } from './when-idle.ts';

/** Drags an entry of the library onto the canvas and waits until the inspector shows the new node. */
async function add(page: Page, entry: string, at: { x: number; y: number }): Promise<void> {
  const name = page.getByRole('region', { name: 'Inspector' }).getByLabel('Name', { exact: true });
  const before = await name.inputValue();
  const canvas = page.getByRole('region', { name: 'Crew canvas' });
  // The library and the canvas may still move after the last edit.
  await whenIdle(page);
  await page
    .getByRole('region', { name: 'Library' })
    .getByRole('button', { name: entry })
    .dragTo(canvas, { targetPosition: at });
  await expect(name).not.toHaveValue(before);
}

/** Draws an edge from the right handle of one node to the left handle of another. */
async function connect(page: Page, from: Locator, to: Locator): Promise<void> {
  const start = await from.locator('.react-flow__handle.source').first().boundingBox();
  const end = await to.locator('.react-flow__handle.target').first().boundingBox();
  if (!start || !end) throw new Error('A handle is not on the screen.');
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x - 40, end.y + end.height / 2, { steps: 8 });
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 8 });
  await page.mouse.up();
}

test('a person draws a crew of two tasks by dragging, saves it and runs it', async ({ open, folder }) => {
  const { electron, page, problems } = await open();
  await page.keyboard.press('Escape');
  const canvas = page.getByRole('region', { name: 'Crew canvas' });
  const inspector = page.getByRole('region', { name: 'Inspector' });

  await add(page, 'Add agent', { x: 150, y: 260 });
  await inspector.getByLabel('Name', { exact: true }).fill('writer');
  await inspector.getByLabel('Name', { exact: true }).press('Enter');
  await inspector.getByLabel('Role').fill('Writer');
  await inspector.getByLabel('Goal').fill('Write well');
  await add(page, 'Add task', { x: 300, y: 120 });
  await inspector.getByLabel('Name', { exact: true }).fill('draft');
  await inspector.getByLabel('Name', { exact: true }).press('Enter');
  await inspector.getByLabel('Description').fill('Draft a note');
  await inspector.getByLabel('Expected output').fill('A note');
  await add(page, 'Add task', { x: 620, y: 320 });
  await inspector.getByLabel('Name', { exact: true }).fill('polish');
  await inspector.getByLabel('Name', { exact: true }).press('Enter');
  await inspector.getByLabel('Description').fill('Polish the note');
  await inspector.getByLabel('Agent', { exact: true }).selectOption('writer');

  const draft = canvas.getByLabel('Task draft, idle');
  const polish = canvas.getByLabel('Task polish, idle');
  await connect(page, draft, polish);
  await expect(inspector.getByText('draft', { exact: true }).first()).toBeVisible();

  const file = join(folder, 'mine.crew.json');
  await chooseInSaveDialog(electron, file);
  await chooseInMenu(electron, 'Save');
  await expect
    .poll(async () => JSON.parse(await readFile(file, 'utf8').catch(() => '{}')))
    .toMatchObject({
      agents: [{ name: 'writer' }],
      tasks: [
        { name: 'draft', async: true },
        { name: 'polish', context: ['draft'] },
      ],
    });

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(canvas.getByLabel('Task polish, completed')).toBeVisible();
  await expect(canvas.getByLabel('Task draft, completed')).toBeVisible();
  expect(problems).toEqual([]);
});

test('an edge that would create a cycle is refused while it is drawn, with the reason', async ({ open }) => {
  const { page } = await open({ file: TWO_STEPS });
  const canvas = page.getByRole('region', { name: 'Crew canvas' });
  const from = canvas.getByLabel('Task polish, idle').locator('.react-flow__handle.source').first();
  const to = canvas.getByLabel('Task draft, idle').locator('.react-flow__handle.target').first();
  const start = await from.boundingBox();
  const end = await to.boundingBox();
  if (!start || !end) throw new Error('A handle is not on the screen.');
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 12 });
  await expect(page.getByText(/circle|cycle/i).first()).toBeVisible();
  await page.mouse.up();
  await expect(canvas.locator('.react-flow__edge[aria-label*="polish"][aria-label*="to task:draft"]')).toHaveCount(0);
});

test('changes can be undone and redone', async ({ open }) => {
  const { page } = await open({ file: TWO_STEPS });
  const canvas = page.getByRole('region', { name: 'Crew canvas' });
  await canvas.getByLabel('Task draft, idle').click();
  await page.keyboard.press('Delete');
  await expect(canvas.getByLabel(/^Task /)).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(canvas.getByLabel(/^Task /)).toHaveCount(2);
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(canvas.getByLabel(/^Task /)).toHaveCount(1);
});

test('an empty crew offers the templates with their descriptions', async ({ launch }) => {
  const { electron, page } = await launch();
  await chooseInMenu(electron, 'New');
  const template = page.getByRole('button', { name: 'Two Steps', exact: true });
  await expect(template.getByText('A minimal crew: one task drafts a text, the next one polishes it.')).toBeVisible();
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1000, 600));
  await expect(template).toHaveAccessibleDescription(/^A minimal crew/);
  await expect(page.getByText('This crew is empty')).toBeInViewport();
  await expect(page.getByText('Three ways to get a model')).toBeInViewport();
  await template.click();
  await expect(page.getByLabel('Task draft, idle')).toBeVisible();
});
