import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { largeCrew } from './large-crew.ts';

const TASKS = 2000;
/** Rows that a panel of this window can show at once, with those kept ready above and below. */
const MOST_MOUNTED = 120;

test('a large crew runs to its end in the window, and its lists hold only what is in sight', async ({
  launch,
  folder,
}) => {
  test.setTimeout(240_000);
  const file = join(folder, 'large.crew.json');
  await writeFile(file, JSON.stringify(largeCrew(TASKS)));
  const { page, problems } = await launch({ file, rehearsalSpeed: 2000 });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const table = page.getByRole('table', { name: 'Timeline as table' });
  await expect(table).toHaveAttribute('aria-rowcount', String(TASKS + 1));
  expect(await table.locator('tbody tr').count()).toBeLessThanOrEqual(MOST_MOUNTED);

  await page.getByRole('tab', { name: 'Results' }).click();
  const results = page.getByRole('list', { name: 'Tasks' });
  await expect(results.getByRole('listitem').first()).toHaveAttribute('aria-setsize', String(TASKS));
  expect(await results.getByRole('listitem').count()).toBeLessThanOrEqual(MOST_MOUNTED);

  await page.getByRole('tab', { name: 'Events' }).click();
  const events = page.getByRole('listbox', { name: 'Events of the run' });
  await expect(events.getByRole('option').first()).toBeVisible();
  expect(await events.getByRole('option').count()).toBeLessThanOrEqual(MOST_MOUNTED);

  await expect(page.getByRole('status')).toContainText(`${TASKS} of ${TASKS} done`, { timeout: 180_000 });
  expect(problems).toEqual([]);
});
