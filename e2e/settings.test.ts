import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, TWO_STEPS, test } from './app.ts';
import { chooseInMenu } from './dialogs.ts';

test('a person sets a temperature, an input and an output schema, and the saved file has them', async ({
  open,
  folder,
}) => {
  const file = join(folder, 'two_steps.crew.json');
  await copyFile(TWO_STEPS, file);
  const { electron, page } = await open({ file });
  const inspector = page.getByRole('region', { name: 'Inspector' });

  await inspector.getByLabel('Temperature').fill('0.4');
  await inspector.getByLabel('Max requests per minute').fill('30');
  await inspector.getByRole('button', { name: 'Reset Max requests per minute to its default' }).press('Enter');
  await expect(inspector.getByLabel('Max requests per minute')).toBeFocused();
  const workspace = inspector.getByLabel('Workspace');
  await workspace.fill('results/of/the/crew/two_steps');
  await expect.poll(() => workspace.evaluate((field) => field.scrollWidth - field.clientWidth)).toBe(0);
  await inspector.getByLabel('Value of topic').fill('birds');
  await page.getByRole('region', { name: 'Crew canvas' }).getByLabel('Task polish, idle').click();
  await inspector.getByLabel('Output schema').fill('{"type":"object"}');
  await inspector.getByText('Advanced', { exact: true }).click();
  await inspector.getByLabel('Category').fill('text');
  await inspector.getByRole('switch', { name: 'Own retry settings' }).press('Space');
  await inspector.getByLabel('First retry delay (s)').fill('0.5');

  await chooseInMenu(electron, 'Save');
  const saved = async () => JSON.parse(await readFile(file, 'utf8'));
  await expect.poll(saved).toMatchObject({
    settings: { temperature: 0.4 },
    inputs: { topic: 'birds' },
    tasks: [
      { name: 'draft' },
      { name: 'polish', output_schema: { type: 'object' }, category: 'text', retries: { base_s: 0.5 } },
    ],
  });
  expect((await saved()).settings).not.toHaveProperty('max_rpm');
});
