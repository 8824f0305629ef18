import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright/test';
import { ADA, answer, ModelServer, taskOfAda } from '../app/cli/testing/model-server.ts';
import { expect, test } from './app.ts';
import { chooseInMenu, chooseInOpenDialog } from './dialogs.ts';

let server: ModelServer;
test.beforeEach(async () => {
  server = await ModelServer.start();
  server.reply = (response, { task }) => answer(response, `word of ${task}`);
});
test.afterEach(() => server.close());

/** A crew of two consecutive tasks about a topic, which each call names. */
async function crewIn(folder: string): Promise<string> {
  const file = join(folder, 'topics.crew.json');
  const task = (name: string, context: string[] = []) =>
    taskOfAda({ name, description: `Do {topic}_${name}.`, context });
  const settings = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm', max_concurrent_tasks: 2 };
  const tasks = [task('first'), task('second', ['first'])];
  await writeFile(file, JSON.stringify({ format: 'crewlane/1', name: 'topics', settings, agents: [ADA], tasks }));
  return file;
}

test('rows of a file are previewed, run concurrently, shown one at a time, and exported together', async ({
  open,
  folder,
}) => {
  const { electron, page, problems } = await open({ file: await crewIn(folder) });
  const rows = join(folder, 'rows.csv');
  await writeFile(rows, 'topic,note\nants,small\nbees,wild\ncats,"big, tame"\n');
  await chooseInOpenDialog(electron, rows);
  await chooseInMenu(electron, 'Run Batch…');
  const dialog = page.getByRole('dialog', { name: 'Run batch' });
  await expect(dialog.getByText('3 rows of 2 tasks, all sharing 2 slots')).toBeVisible();
  await expect(dialog.getByRole('table', { name: 'Rows of the batch' }).getByText('big, tame')).toBeVisible();
  await expect(dialog.getByText('No text uses the input "note"')).toBeVisible();
  await dialog.getByRole('button', { name: 'Run batch' }).click();

  const strip = page.getByRole('region', { name: 'Batch', exact: true });
  await expect(strip.getByText('3 of 3 rows done')).toBeVisible();
  await expect(page.getByLabel('Task second, completed')).toBeVisible();
  expect(server.calls.map(({ task }) => task).sort()).toEqual(
    ['ants_first', 'ants_second', 'bees_first', 'bees_second', 'cats_first', 'cats_second'].sort(),
  );
  await strip.getByLabel('Row shown').selectOption({ index: 1 });
  await page.getByRole('tab', { name: 'Results' }).click();
  await expect(page.getByRole('region', { name: 'Results', exact: true })).toContainText('word of bees');

  await page.getByRole('tab', { name: 'Runs' }).click();
  const runs = page.getByRole('table', { name: 'Runs' });
  await expect(runs.getByText('batch of 3 rows')).toBeVisible();
  await expect(runs.getByRole('cell', { name: 'Row 3', exact: true })).toBeVisible();

  await chooseInOpenDialog(electron, folder);
  await strip.getByRole('button', { name: 'Export batch' }).click();
  await expect(page.getByText('Reports: ')).toBeVisible();
  const [exported = ''] = (await readdir(folder)).filter((name) => name.startsWith('topics_batch_'));
  const summary = await readFile(join(folder, exported, 'BATCH_SUMMARY.md'), 'utf8');
  expect(summary).toContain('topic: cats, note: big, tame');
  expect(await readdir(join(folder, exported))).toEqual(expect.arrayContaining(['row_1', 'row_2', 'row_3']));
  await strip.getByRole('button', { name: 'Close batch' }).click();
  await expect(strip).toBeHidden();
  expect(problems).toEqual([]);
});

test('rows that cannot be read are named, and nothing starts', async ({ open, folder }) => {
  const { electron, page } = await open({ file: await crewIn(folder) });
  const rows = join(folder, 'ragged.csv');
  await writeFile(rows, 'topic,words\nants,1\nbees\n');
  await chooseInOpenDialog(electron, rows);
  await chooseInMenu(electron, 'Run Batch…');
  const dialog = page.getByRole('dialog', { name: 'Run batch' });
  await expect(dialog.getByText('Line 3: This row has 1 field')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Run batch' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  expect(server.calls).toEqual([]);
});

test('Stop ends all rows, and unfinished rows can be resumed from the list of runs', async ({ open, folder }) => {
  server.reply = () => undefined; // Never answers.
  const { electron, page } = await open({ file: await crewIn(folder) });
  const rows = join(folder, 'rows.json');
  await writeFile(rows, JSON.stringify(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((topic) => ({ topic }))));
  await chooseInOpenDialog(electron, rows);
  await chooseInMenu(electron, 'Run Batch…');
  await page.getByRole('dialog').getByRole('button', { name: 'Run batch' }).click();
  await expect(() => expect(server.calls.length).toBe(2)).toPass();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const strip = page.getByRole('region', { name: 'Batch', exact: true });
  await expect(strip.getByRole('button', { name: 'Close batch' })).toBeVisible();
  await expect(strip.getByText('3 of 8 rows done')).toBeVisible();
  server.reply = (response, { task }) => answer(response, `word of ${task}`);
  await page.getByRole('tab', { name: 'Runs' }).click();
  await page.getByRole('button', { name: /^Resume the batch of/ }).click();
  await expect(strip.getByText('8 of 8 rows done')).toBeVisible();
});

test('a batch is followed, stopped and deleted with its rows from the list of runs', async ({ open, folder }) => {
  server.reply = () => undefined; // Never answers.
  const { electron, page } = await open({ file: await crewIn(folder) });
  const rows = join(folder, 'rows.json');
  await writeFile(rows, JSON.stringify(['a', 'b', 'c'].map((topic) => ({ topic }))));
  await chooseInOpenDialog(electron, rows);
  await chooseInMenu(electron, 'Run Batch…');
  await page.getByRole('dialog').getByRole('button', { name: 'Run batch' }).click();
  await expect(() => expect(server.calls.length).toBe(2)).toPass();
  await page.getByRole('tab', { name: 'Runs' }).click();
  const list = page.getByRole('table', { name: 'Runs' });
  await expect(list.getByText('0 of 3 rows done')).toBeVisible();
  await expect(list.getByRole('button', { name: /^Delete the batch/ })).toHaveCount(0);
  await list.getByRole('button', { name: /^Stop the batch of/ }).click();
  const remove = list.getByRole('button', { name: /^Delete the batch of/ });
  await expect(remove).toBeVisible();
  await answerQuestion(electron, 1);
  await remove.click();
  await remove.click();
  await expect(remove).toBeVisible();
  await answerQuestion(electron, 0);
  await remove.click();
  await list.getByRole('button', { name: /^Delete the batch/ }).click();
  await expect(page.getByText('No runs yet')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Batch', exact: true })).toHaveCount(0);
});

/** Answers the system's question with the button at this index. */
function answerQuestion(electron: ElectronApplication, response: number): Promise<void> {
  return electron.evaluate(({ dialog }, button) => {
    dialog.showMessageBox = async () => ({ response: button, checkboxChecked: false });
  }, response);
}
