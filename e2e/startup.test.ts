import { expect, SEED_CREW, test } from './app.ts';

test("the window opens and shows the seed's crew", async ({ launch }) => {
  const { page, problems } = await launch({ file: SEED_CREW });
  const canvas = page.getByRole('region', { name: 'Crew canvas' });
  await expect(canvas.getByLabel(/^Task \w+, idle$/)).toHaveCount(12);
  await expect(canvas.getByLabel(/^Agent /)).toHaveCount(6);
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
  expect(problems).toEqual([]);
});

test('no two menu items have the same shortcut', async ({ open }) => {
  const { electron } = await open();
  const keys = await electron.evaluate(({ Menu }) => {
    const entries = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? [];
    return entries.flatMap(({ accelerator }) => (accelerator ? [accelerator] : []));
  });
  expect(keys.length).toBeGreaterThan(10);
  expect(keys).toEqual([...new Set(keys)]);
});
