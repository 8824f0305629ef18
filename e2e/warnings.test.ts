import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';

test('warnings have their own list, and the crew runs', async ({ open, folder }) => {
  const file = join(folder, 'warned.crew.json');
  const task = { expected_output: 'An answer', agent: 'ada' };
  await writeFile(
    file,
    JSON.stringify({
      format: 'crewlane/1',
      name: 'warned',
      agents: [{ name: 'ada', role: 'Worker', goal: 'Answer' }],
      tasks: [
        { ...task, name: 'a', description: 'About {topic} in {lnguage}', output_file: 'r.md' },
        { ...task, name: 'b', description: 'Work', output_file: 'R.md', async: true },
      ],
      inputs: { topic: 'bees', language: 'de' },
    }),
  );
  const { page } = await open({ file });
  const status = page.getByRole('status');
  await expect(status).toContainText('No problems');
  await status.getByRole('button', { name: '3 warnings' }).click();
  const list = page.getByRole('complementary', { name: 'Problems' });
  await expect(list.getByRole('listitem')).toHaveCount(3);
  await expect(list).toContainText('Did you mean {language}?');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(status).toContainText('2 of 2 done');
});
