import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { expect, SEED_CREW, test } from './app.ts';
import { chooseInMenu } from './dialogs.ts';

for (const theme of ['dark', 'light'] as const) {
  test(`a screen reader finds names and roles everywhere, and texts are readable (${theme})`, async ({ launch }) => {
    const { electron, page } = await launch({ file: SEED_CREW, rehearsalSpeed: 20 });
    await electron.evaluate(({ nativeTheme }, source) => {
      nativeTheme.themeSource = source;
    }, theme);
    await expect(page.getByLabel(/^Task \w+, idle$/)).toHaveCount(12);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.getByLabel(/^Task \w+, completed$/)).toHaveCount(12);
    for (const tab of ['Timeline', 'Results', 'Dashboard', 'Events', 'Resources', 'Runs']) {
      await page.getByRole('tab', { name: tab }).click();
      await expect(page.getByRole('region', { name: tab, exact: true })).toBeVisible();
      expect(await complaints(page), tab).toEqual([]);
    }
  });
}

for (const theme of ['dark', 'light'] as const) {
  test(`the same holds of an empty window and of all that lies over it (${theme})`, async ({ launch }) => {
    const { electron, page } = await launch();
    await electron.evaluate(({ nativeTheme }, source) => {
      nativeTheme.themeSource = source;
    }, theme);
    await expect(page.getByText('An empty crew')).toBeVisible();
    expect(await complaints(page), 'an empty window').toEqual([]);
    for (const [entry, title] of [
      ['Keyboard Shortcuts', 'Keyboard shortcuts'],
      ['About Crewlane', 'Crewlane'],
      ['Search and Commands…', 'Search'],
    ] as const) {
      await chooseInMenu(electron, entry);
      await expect(page.getByRole('dialog', { name: title, exact: true })).toBeVisible();
      expect(await complaints(page), entry).toEqual([]);
      await page.keyboard.press('Escape');
    }
    await page.getByRole('combobox', { name: 'Provider' }).selectOption('openai');
    await expect(page.getByRole('dialog', { name: 'A key for the provider' })).toBeVisible();
    expect(await complaints(page), 'a key is asked for').toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.locator('.toast, .problems').first()).toBeVisible();
    expect(await complaints(page), 'a start that was refused').toEqual([]);
  });
}

/** What a checker of accessibility complains of, and where. */
async function complaints(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    // Initials on an agent's colour say nothing: the name stands beside them, and they are hidden from screen readers.
    .exclude('.avatar')
    // Library entries are named by what they do ("Add tool query_data"), and show the tool.
    .disableRules(['label-content-name-mismatch'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

test('an empty crew cannot be run, and the button says why', async ({ launch }) => {
  const { page } = await launch();
  await page.keyboard.press('Escape');
  const run = page.getByRole('button', { name: 'Run', exact: true });
  await expect(run).toBeDisabled();
  await expect(run).toHaveAccessibleDescription(/no task yet/);
  await page.keyboard.press('t');
  await expect(run).toBeEnabled();
});

test('nodes are reached before any line, and a line is chosen in the inspector of its task', async ({ launch }) => {
  const { page } = await launch({ file: SEED_CREW });
  const canvas = page.getByRole('region', { name: 'Crew canvas' });
  await expect(canvas.getByLabel(/^Task \w+, idle$/)).toHaveCount(12);
  await expect(canvas.locator('.react-flow__edge[tabindex="0"]')).toHaveCount(0);
  await canvas.getByLabel('Task async_coordination_optimization, idle').click();
  const inspector = page.getByRole('region', { name: 'Inspector' });
  await inspector
    .getByTitle(/^Choose the line from /)
    .first()
    .click();
  await expect(inspector.getByRole('button', { name: 'Delete the line' })).toBeVisible();
});
