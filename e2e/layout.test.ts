import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Locator, Page } from 'playwright/test';
import { expect, SEED_CREW, TWO_STEPS, test } from './app.ts';
import { chooseInMenu, chooseInOpenDialog } from './dialogs.ts';
import { whenIdle } from './when-idle.ts';

const canvas = (page: Page) => page.getByRole('region', { name: 'Crew canvas' });
const inspector = (page: Page) => page.getByRole('region', { name: 'Inspector' });

function resize(electron: ElectronApplication, width: number, height: number): Promise<void> {
  return electron.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
    { width, height },
  );
}

/** Whether each of the nodes is completely within the canvas. */
async function areWithin(nodes: Locator, region: Locator): Promise<boolean> {
  const around = await region.boundingBox();
  const boxes = await Promise.all((await nodes.all()).map((node) => node.boundingBox()));
  return boxes.every(
    (box) =>
      box !== null &&
      around !== null &&
      box.x >= around.x &&
      box.y >= around.y &&
      box.x + box.width <= around.x + around.width &&
      box.y + box.height <= around.y + around.height,
  );
}

/** Whether the canvas shows the crew from its beginning, at the smallest zoom at which its texts can be read. */
async function isShownFromItsBeginning(page: Page): Promise<boolean> {
  const first = canvas(page).getByLabel('Agent data_processing_specialist');
  return (await canvas(page).getByText('70%').isVisible()) && (await areWithin(first, canvas(page)));
}

test('a fitted crew stays fitted when the window is resized, until its view is moved', async ({ open }) => {
  const { electron, page } = await open({ file: SEED_CREW });
  const nodes = canvas(page).getByLabel(/^(Task \w+, idle|Agent \w+)$/);
  await expect(nodes).toHaveCount(18);
  for (const [width, height] of [
    [1440, 900],
    [1000, 700],
    [900, 650],
    [1600, 1000],
  ] as const) {
    await resize(electron, width, height);
    await expect.poll(() => page.evaluate('innerWidth')).toBe(width);
    const isFitted = () => (width > 1000 ? areWithin(nodes, canvas(page)) : isShownFromItsBeginning(page));
    await expect.poll(isFitted, `${width} × ${height}`).toBe(true);
  }
  const around = await canvas(page).boundingBox();
  if (!around) throw new Error('There is no canvas.');
  const [x, y] = [around.x + around.width - 60, around.y + 40];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 300, y, { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => areWithin(nodes, canvas(page))).toBe(false);
  const zoom = canvas(page).getByText(/^\d+%$/);
  const before = await zoom.textContent();
  await resize(electron, 1000, 700);
  await expect.poll(async () => (await canvas(page).boundingBox())?.width).toBeLessThan(around.width - 500);
  await whenIdle(page);
  await expect(zoom).toHaveText(before ?? '');
  await canvas(page).getByRole('button', { name: 'Zoom to fit' }).click();
  await expect.poll(() => isShownFromItsBeginning(page)).toBe(true);
});

test("the crew's name is not truncated while redundant labels can be hidden", async ({ open, folder }) => {
  const { electron, page } = await open({ file: SEED_CREW });
  await resize(electron, 1440, 900);
  await expect.poll(() => page.evaluate('innerWidth')).toBe(1440);
  const name = page.getByRole('heading', { name: 'concurrent_processing_crew' });
  await expect.poll(() => name.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await expect(page.getByText(/^· \d+ slots save \d+%$/)).toBeVisible();

  // Another button and "edited" appear in the toolbar: nothing leaves the window.
  const crew = JSON.parse(await readFile(SEED_CREW, 'utf8'));
  const file = join(folder, 'keyless.crew.json');
  await writeFile(file, JSON.stringify({ ...crew, settings: { ...crew.settings, provider: 'openai' } }));
  await chooseInOpenDialog(electron, file);
  await chooseInMenu(electron, 'Open…');
  await expect(page.getByRole('button', { name: 'Enter API key' })).toBeVisible();
  await page.getByRole('button', { name: 'Add a slot' }).click();
  await expect(page.getByText('edited', { exact: true })).toBeVisible();
  const rightOf = async (button: string) => {
    const box = await page.getByRole('button', { name: button }).boundingBox();
    return box ? box.x + box.width : Number.NaN;
  };
  await expect.poll(() => rightOf('Export reports')).toBeLessThanOrEqual(1432);
});

test('the buttons of a message stay visible next to a long path', async ({ open, folder }) => {
  const { electron, page } = await open({ file: TWO_STEPS, rehearsalSpeed: 50 });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(canvas(page).getByLabel(/^Task \w+, completed$/)).toHaveCount(2);
  const deep = join(folder, 'a_folder_whose_name_is_long_and_has_no_space_at_which_it_could_be_broken_in_two');
  await mkdir(deep);
  await chooseInOpenDialog(electron, deep);
  await page.getByRole('button', { name: 'Export reports' }).click();
  const message = page.locator('.toast').filter({ hasText: 'Reports: ' });
  await expect(message).toBeVisible();
  for (const name of ['Show folder', 'Dismiss'])
    await expect(message.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
});

test('the inspector scrolls to the top when another node is selected', async ({ open }) => {
  const { page } = await open({ file: SEED_CREW });
  await canvas(page).getByLabel('Task market_trend_analysis, idle').click();
  await inspector(page).getByRole('button', { name: 'Delete task' }).scrollIntoViewIfNeeded();
  const name = inspector(page).getByLabel('Name', { exact: true });
  await expect(name).not.toBeInViewport();
  await canvas(page).getByLabel('Task blog_content_creation, idle').click();
  await expect(name).toBeInViewport({ ratio: 1 });
});
