import { AxeBuilder } from '@axe-core/playwright';
import type { ElectronApplication, Page } from 'playwright/test';
import { expect, SEED_CREW, test } from './app.ts';
import { chooseInMenu, setTheme } from './dialogs.ts';
import { whenIdle } from './when-idle.ts';

test('every element has a name and a role, and texts are readable in both themes', async ({ open }) => {
  const { electron, page } = await open({ file: SEED_CREW, rehearsalSpeed: 20 });
  await expect(page.getByLabel(/^Task \w+, idle$/)).toHaveCount(12);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByLabel(/^Task \w+, completed$/)).toHaveCount(12);
  for (const tab of ['Timeline', 'Results', 'Dashboard', 'Events', 'Resources', 'Runs']) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(page.getByRole('region', { name: tab, exact: true })).toBeVisible();
    await expectAccessible(electron, page, tab);
  }
});

test('an empty window and every dialog and overlay are accessible', async ({ open }) => {
  const { electron, page } = await open();
  await expect(page.getByText('This crew is empty')).toBeVisible();
  await expectAccessible(electron, page, 'an empty window');
  for (const [entry, title] of [
    ['Keyboard Shortcuts', 'Keyboard shortcuts'],
    ['About Crewlane', 'Crewlane'],
    ['Search and Commands…', 'Search'],
  ] as const) {
    await chooseInMenu(electron, entry);
    await expect(page.getByRole('dialog', { name: title, exact: true })).toBeVisible();
    await expectAccessible(electron, page, entry);
    await page.keyboard.press('Escape');
  }
  await page.getByRole('combobox', { name: 'Provider' }).selectOption('openai');
  await expect(page.getByRole('dialog', { name: 'Provider API key' })).toBeVisible();
  await expectAccessible(electron, page, 'a key is asked for');
  await page.keyboard.press('Escape');
  await page.keyboard.press('t');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.locator('.toast, .problems').first()).toBeVisible();
  await expectAccessible(electron, page, 'a start that was refused');
});

/** Expects no accessibility violations in the window. Names and roles are the same in both themes, colors are not. */
async function expectAccessible(electron: ElectronApplication, page: Page, what: string): Promise<void> {
  await setTheme(electron, page, 'light');
  await whenIdle(page);
  expect(await violationsOf(page, ['color-contrast']), `${what}, light`).toEqual([]);
  await setTheme(electron, page, 'dark');
  await whenIdle(page);
  expect(await violationsOf(page), `${what}, dark`).toEqual([]);
}

/** Returns the accessibility violations and their locations. @param rules the rules to check; default: all */
async function violationsOf(page: Page, rules?: string[]): Promise<string[]> {
  const checker = new AxeBuilder({ page }).setLegacyMode(true);
  if (rules) checker.withRules(rules);
  // The accessible name of a library entry is its action ("Add tool query_data"), and its text is the tool.
  else checker.disableRules(['label-content-name-mismatch']);
  const { violations } = await checker
    // The initials on an agent's color are hidden from screen readers, because the name is next to them.
    .exclude('.avatar')
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

test('an empty crew cannot be run, and the button shows the reason', async ({ open }) => {
  const { page } = await open();
  await page.keyboard.press('Escape');
  const run = page.getByRole('button', { name: 'Run', exact: true });
  await expect(run).toBeDisabled();
  await expect(run).toHaveAccessibleDescription(/no tasks yet/);
  await page.keyboard.press('t');
  await expect(run).toBeEnabled();
});

test('Tab reaches nodes before edges, and an edge is selected in the inspector of its task', async ({ open }) => {
  const { page } = await open({ file: SEED_CREW });
  const canvas = page.getByRole('region', { name: 'Crew canvas' });
  await expect(canvas.getByLabel(/^Task \w+, idle$/)).toHaveCount(12);
  await expect(canvas.locator('.react-flow__edge[tabindex="0"]')).toHaveCount(0);
  await canvas.getByLabel('Task async_coordination_optimization, idle').click();
  const inspector = page.getByRole('region', { name: 'Inspector' });
  await inspector
    .getByTitle(/^Select the connection from /)
    .first()
    .click();
  await expect(inspector.getByRole('button', { name: 'Delete connection' })).toBeVisible();
});
