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
