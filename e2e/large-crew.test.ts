import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { layeredCrew } from './layered-crew.ts';
import { whenIdle } from './when-idle.ts';

const TASKS = 2000;
const WIDTH = 100;
/** The maximum number of rendered rows of a panel, including those above and below the visible ones. */
const MAX_MOUNTED = 120;

test('a large crew completes in the window, and its lists render only visible rows', async ({ open, folder }) => {
  const file = join(folder, 'large.crew.json');
  await writeFile(file, JSON.stringify(layeredCrew(TASKS, WIDTH)));
  const { page, problems } = await open({ file, rehearsalSpeed: 2000 });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const table = page.getByRole('table', { name: 'Timeline as table' });
  await expect(table).toHaveAttribute('aria-rowcount', String(TASKS + 1));
  expect(await table.locator('tbody tr').count()).toBeLessThanOrEqual(MAX_MOUNTED);

  await page.getByRole('tab', { name: 'Results' }).click();
  const results = page.getByRole('list', { name: 'Tasks' });
  await expect(results.getByRole('listitem').first()).toHaveAttribute('aria-setsize', String(TASKS));
  expect(await results.getByRole('listitem').count()).toBeLessThanOrEqual(MAX_MOUNTED);

  await page.getByRole('tab', { name: 'Events' }).click();
  const events = page.getByRole('listbox', { name: 'Events of the run' });
  await expect(events.getByRole('option').first()).toBeVisible();
  expect(await events.getByRole('option').count()).toBeLessThanOrEqual(MAX_MOUNTED);

  await expect(page.getByRole('status')).toContainText(`${TASKS} of ${TASKS} done`);
  expect(problems).toEqual([]);
});

test('nodes of a large crew are painted in the overview, and can be selected, moved and box-selected', async ({
  open,
  folder,
}) => {
  const file = join(folder, 'large.crew.json');
  await writeFile(file, JSON.stringify(layeredCrew(TASKS, WIDTH)));
  const { page, problems } = await open({ file });
  const painting = page.getByRole('img', { name: 'Overview of all nodes' });
  await expect(painting).toBeVisible();
  const box = await painting.boundingBox();
  if (!box) throw new Error('The painting has no place.');
  const nodes = page.locator('.react-flow__node');
  await page.mouse.move(box.x + 4, box.y + 4);
  await expect(nodes).toHaveCount(0);

  const [x, top] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
  let y = top;
  // The gap between two nodes is a pixel or two.
  await expect(async () => {
    y += 1;
    await page.mouse.move(x, y);
    await whenIdle(page);
    expect(await nodes.count()).toBe(1);
  }).toPass();
  const name = (await nodes.getAttribute('aria-label'))?.match(/task_\d+/)?.[0] ?? '';

  await page.mouse.click(x, y);
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue(name);
  await page.mouse.down();
  await page.mouse.move(x + 20, y + 30, { steps: 5 });
  await page.mouse.up();
  await expect(page.getByText('edited', { exact: true })).toBeVisible();

  await page.keyboard.down('Shift');
  await page.mouse.move(x - 40, top - 40);
  await page.mouse.down();
  await page.mouse.move(x + 40, top + 40, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect(page.getByText(/^\d+ selected$/)).toBeVisible();

  await page.mouse.move(x, top);
  for (let turn = 0; turn < 12; turn += 1) await page.mouse.wheel(0, -300);
  await expect(painting).toBeHidden();
  await expect(nodes.first()).toBeVisible();
  expect(await nodes.count()).toBeLessThanOrEqual(MAX_MOUNTED);
  expect(problems).toEqual([]);
});

test('dependencies in a large crew are chosen from a list with arrow keys and a filter', async ({ open, folder }) => {
  const file = join(folder, 'large.crew.json');
  await writeFile(file, JSON.stringify(layeredCrew(300, WIDTH)));
  const { page, problems } = await open({ file });
  await page.getByText('300 in the crew').click();
  await page.getByRole('region', { name: 'Library' }).getByRole('button', { name: 'task_00250' }).click();
  const field = page.getByRole('combobox', { name: 'Depends on' });
  const options = page.getByRole('listbox', { name: 'Names to add' }).getByRole('option');
  const removals = page.getByRole('button', { name: /^Remove task_/ });
  const before = await removals.count();
  await field.focus();
  await expect(options).toHaveCount(0);
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('ArrowDown');
  await expect(options.and(page.locator('[data-active-item]'))).toHaveText('task_00002');
  await expect(removals).toHaveCount(before);
  expect(await options.count()).toBeLessThanOrEqual(MAX_MOUNTED);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Remove task_00002' })).toBeVisible();

  await page.keyboard.type('00123');
  await expect(options).toHaveText(['task_00123']);
  await page.keyboard.press('Escape');
  await expect(options).toHaveCount(0);
  await expect(removals).toHaveCount(before + 1);
  await page.keyboard.type('00123');
  await expect(options).toHaveText(['task_00123']);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Remove task_00123' })).toBeVisible();
  expect(problems).toEqual([]);
});
