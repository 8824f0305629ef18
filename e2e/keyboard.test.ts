import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { expect, TWO_STEPS, test } from './app.ts';

const canvas = (page: Page) => page.getByRole('region', { name: 'Crew canvas' });
const nodes = (page: Page) => canvas(page).getByLabel(/^(Task|Agent) /);
const edited = (page: Page) => page.getByText('edited', { exact: true });

test('shortcuts do not change the crew while the results have the focus, but do on the canvas', async ({ open }) => {
  const { page, problems } = await open({ file: TWO_STEPS, rehearsalSpeed: 50 });
  await expect(nodes(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('2 of 2 done');
  await page.getByRole('tab', { name: 'Results' }).click();
  await page.getByRole('list', { name: 'Tasks' }).getByText('draft').click();
  for (const key of ['Delete', 't', 'Control+d', 'Control+x']) await page.keyboard.press(key);
  await expect(nodes(page)).toHaveCount(3);
  await expect(edited(page)).toBeHidden();

  await canvas(page).getByLabel('Task polish, completed').click();
  await page.keyboard.press('Control+d');
  await expect(nodes(page)).toHaveCount(4);
  await page.keyboard.press('Control+z');
  await expect(nodes(page)).toHaveCount(3);
  await page.keyboard.press('Control+Shift+z');
  await expect(nodes(page)).toHaveCount(4);
  expect(problems).toEqual([]);
});

test('numbers remain as typed, and a refused number stays with its reason', async ({ open, folder }) => {
  const file = join(folder, 'one.crew.json');
  await writeFile(
    file,
    JSON.stringify({
      format: 'crewlane/1',
      name: 'one',
      settings: { max_concurrent_tasks: 12, budget_usd: 5 },
      tasks: [{ name: 'draft', description: 'Write', expected_output: 'A text' }],
    }),
  );
  const { page, problems } = await open({ file });
  const inspector = page.getByRole('region', { name: 'Inspector' });
  const budget = inspector.getByLabel('Budget ($)');
  await budget.click({ clickCount: 3 });
  await page.keyboard.type('0.05');
  await page.keyboard.press('Enter');
  await expect(budget).toHaveValue('0.05');

  const slots = page.getByRole('spinbutton', { name: 'Slots' });
  await slots.click();
  await page.keyboard.press('End');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('160');
  await page.keyboard.press('Tab');
  await expect(slots).toHaveValue('160');
  await expect(page.getByRole('alert')).toHaveText('Enter a whole number from 1 to 64.');
  await slots.focus();
  await page.keyboard.press('Backspace');
  await expect(page.getByRole('alert')).toBeHidden();
  await slots.hover();
  await page.mouse.wheel(0, 120);
  await page.keyboard.press('Enter');
  await expect(slots).toHaveValue('16');
  await page.keyboard.press('ArrowUp');
  await expect(slots).toHaveValue('17');
  await page.keyboard.press('Control+z');
  await expect(slots).toHaveValue('16');
  await page.keyboard.press('Control+z');
  await expect(slots).toHaveValue('12');
  await page.keyboard.press('Control+z');
  await expect(budget).toHaveValue('5');
  await expect(edited(page)).toBeHidden();

  await canvas(page).getByLabel('Task draft, idle').click();
  const name = inspector.getByLabel('Name', { exact: true });
  await name.click({ clickCount: 3 });
  await page.keyboard.type('Market research');
  await canvas(page).click({ position: { x: 20, y: 20 } });
  await canvas(page).getByLabel('Task draft, idle').click();
  await expect(name).toHaveValue('Market research');
  await expect(page.getByRole('alert')).toContainText('Market_research');
  await name.focus();
  await page.keyboard.press('Escape');
  await expect(name).toHaveValue('draft');
  expect(problems).toEqual([]);
});
