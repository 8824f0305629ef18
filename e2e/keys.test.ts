import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { expect, test } from './app.ts';

const TWO_STEPS = join(import.meta.dirname, '..', 'examples', 'two_steps', 'two_steps.crew.json');

const canvas = (page: Page) => page.getByRole('region', { name: 'Crew canvas' });
const nodes = (page: Page) => canvas(page).getByLabel(/^(Task|Agent) /);
const edited = (page: Page) => page.getByText('edited', { exact: true });

test('keys pressed while results are read leave the crew alone, and act again on the canvas', async ({ launch }) => {
  const { page, problems } = await launch({ file: TWO_STEPS, rehearsalSpeed: 50 });
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
