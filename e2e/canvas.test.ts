import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADA, answer, ModelServer, taskOfAda } from '../app/cli/testing/model-server.ts';
import { expect, test } from './app.ts';

let server: ModelServer;
test.beforeEach(async () => {
  server = await ModelServer.start();
});
test.afterEach(() => server.close());

test('a task in front of an edge on the critical path can be clicked', async ({ open, folder }) => {
  const file = join(folder, 'behind.crew.json');
  const tasks = [{ name: 'first' }, { name: 'between' }, { name: 'last', context: ['first'] }].map(taskOfAda);
  // The edge from the first to the last task leads behind the one in the middle.
  const layout = { nodes: { 'task:first': [0, 0], 'task:between': [280, 0], 'task:last': [560, 0] } };
  const settings = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' };
  await writeFile(
    file,
    JSON.stringify({ format: 'crewlane/1', name: 'behind', settings, agents: [ADA], tasks, layout }),
  );
  // The last task ends after the one in the middle, so that its edge is on the critical path.
  const last: { end?: () => void } = {};
  server.reply = (response, { task }) => {
    const end = () => answer(response, `${task} is done`);
    if (task === 'last') last.end = end;
    else end();
  };
  const { page, problems } = await open({ file });
  const canvas = page.getByRole('region', { name: 'Crew canvas' });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(canvas.getByLabel('Task between, completed')).toBeVisible();
  await expect.poll(() => server.callsOf('last')).toBe(1);
  last.end?.();
  await expect(canvas.getByLabel('Task last, completed')).toBeVisible();
  await expect(canvas.locator('.react-flow__edge.lit')).toHaveCount(1);
  await canvas.getByLabel('Task between, completed').click();
  await expect(page.getByRole('region', { name: 'Inspector' }).getByLabel('Name')).toHaveValue('between');
  expect(problems).toEqual([]);
});
