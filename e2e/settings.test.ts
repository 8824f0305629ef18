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
  await inspector.getByLabel('Value of topic').fill('birds');
  await page.getByRole('region', { name: 'Crew canvas' }).getByLabel('Task polish, idle').click();
  await inspector.getByLabel('Output schema').fill('{"type":"object"}');
  await inspector.getByText('Advanced', { exact: true }).click();
  await inspector.getByLabel('Category').fill('text');
  await inspector.getByRole('switch', { name: 'Own retry settings' }).press('Space');
  await inspector.getByLabel('First retry delay (s)').fill('0.5');

  await chooseInMenu(electron, 'Save');
  await expect
    .poll(async () => JSON.parse(await readFile(file, 'utf8')))
    .toMatchObject({
      settings: { temperature: 0.4 },
      inputs: { topic: 'birds' },
      tasks: [
        { name: 'draft' },
        { name: 'polish', output_schema: { type: 'object' }, category: 'text', retries: { base_s: 0.5 } },
      ],
    });
});
