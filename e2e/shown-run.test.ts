import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { chooseInMenu, chooseInOpenDialog } from './dialogs.ts';

/** A rehearsed crew of two tasks. */
async function crewIn(folder: string, name: string): Promise<string> {
  const file = join(folder, `${name}.crew.json`);
  const task = (of: string) => ({
    name: `${name}_${of}`,
    description: 'Do it.',
    expected_output: 'A word',
    agent: 'ada',
  });
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Work' }];
  await writeFile(
    file,
    JSON.stringify({ format: 'crewlane/1', name, agents, tasks: [task('one'), task('two')] }, null, 2),
  );
  return file;
}

test('the window names the run that it shows, and a run of another crew shows its own graph until a person returns to editing', async ({
  open,
  folder,
}) => {
  const [birds, fish] = [await crewIn(folder, 'birds'), await crewIn(folder, 'fish')];
  const { electron, page, problems } = await open({ file: birds, rehearsalSpeed: 20 });
  const canvas = page.getByRole('region', { name: 'Crew canvas' });
  const shown = page.getByRole('region', { name: 'Shown run' });
  await expect(shown).toHaveCount(0);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(canvas.getByLabel(/^Task birds_\w+, completed$/)).toHaveCount(2);
  await expect(shown).toContainText('Run of birds');
  await expect(shown).toContainText('Rehearsal');
  await expect(shown).toContainText('completed');

  await chooseInOpenDialog(electron, fish);
  await chooseInMenu(electron, 'Open…');
  await expect(canvas.getByLabel(/^Task fish_\w+, idle$/)).toHaveCount(2);
  await expect(shown).toHaveCount(0);
  await canvas.getByLabel('Task fish_one, idle').click();
  const description = page.getByRole('region', { name: 'Inspector' }).getByLabel('Description');
  await description.fill('Swim.');
  await page.keyboard.press('Tab');

  await page.getByRole('tab', { name: 'Runs' }).click();
  await page
    .getByRole('region', { name: 'Runs' })
    .getByRole('button', { name: /^Open / })
    .click();
  const note = page.getByRole('note');
  await expect(note).toContainText('birds as it was run');
  await expect(canvas.getByLabel(/^Task birds_\w+, completed$/)).toHaveCount(2);
  await expect(canvas.getByLabel(/^Task fish_/)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled();
  await canvas.getByLabel('Task birds_one, completed').click();
  await expect(description).toBeDisabled();
  await page.keyboard.press('Delete');
  await expect(canvas.getByLabel(/^Task birds_\w+, completed$/)).toHaveCount(2);

  await note.getByRole('button', { name: 'Back to editing fish' }).click();
  await expect(canvas.getByLabel(/^Task fish_\w+, idle$/)).toHaveCount(2);
  await expect(shown).toHaveCount(0);
  await canvas.getByLabel('Task fish_one, idle').click();
  await expect(description).toHaveValue('Swim.');
  await page.keyboard.press('Escape');
  expect(problems).toEqual([]);
});
