import { AxeBuilder } from '@axe-core/playwright';
import { expect, SEED_CREW, test } from './app.ts';

for (const theme of ['dark', 'light'] as const) {
  test(`a screen reader finds names and roles everywhere, and texts are readable (${theme})`, async ({ launch }) => {
    const { electron, page } = await launch({ file: SEED_CREW });
    await electron.evaluate(({ nativeTheme }, source) => {
      nativeTheme.themeSource = source;
    }, theme);
    await expect(page.getByLabel(/^Task \w+, idle$/)).toHaveCount(12);
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode(true)
      // Initials on an agent's colour say nothing: the name stands beside them, and they are hidden from screen readers.
      .exclude('.avatar')
      // Library entries are named by what they do ("Add tool query_data"), and show the tool.
      .disableRules(['label-content-name-mismatch'])
      .analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual(
      [],
    );
  });
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
