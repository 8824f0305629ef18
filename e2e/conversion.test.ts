import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './app.ts';
import { chooseInMenu, chooseInOpenDialog } from './dialogs.ts';

test('a CrewAI project is imported, and its report shows both columns', async ({ open, folder }) => {
  const project = join(folder, 'project');
  await mkdir(join(project, 'agents'), { recursive: true });
  await writeFile(
    join(project, 'agents', 'scout.jsonc'),
    '{ "role": "Scout", "goal": "Find harbors", "backstory": "", "llm": "openai/gpt-5-mini", "tools": ["SerperDevTool", "custom:depth"] }',
  );
  await writeFile(
    join(project, 'crew.jsonc'),
    `{ "name": "harbor", "agents": ["scout"], "memory": true, "tasks": [
      { "name": "find", "description": "Find harbors.", "expected_output": "A list", "agent": "scout" },
      { "name": "guide", "description": "Write a guide.", "expected_output": "A guide", "agent": "scout" } ] }`,
  );
  const { electron, page } = await open({});
  await chooseInOpenDialog(electron, project);
  await chooseInMenu(electron, 'Import CrewAI Project…');
  const sheet = page.getByRole('dialog', { name: 'Converted and left out' });
  await expect(sheet.getByRole('region', { name: 'Converted' })).toContainText('implied: find');
  await expect(sheet.getByRole('region', { name: 'Left out' })).toContainText('custom:depth');
  await sheet.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(
    page
      .getByRole('button', { name: /^Task guide/ })
      .or(page.getByLabel(/^Task guide/))
      .first(),
  ).toBeVisible();

  const target = join(folder, 'exported');
  await mkdir(target);
  await chooseInOpenDialog(electron, target);
  await chooseInMenu(electron, 'Export CrewAI Project…');
  await expect(sheet).toBeVisible();
  expect(JSON.parse(await readFile(join(target, 'crew.jsonc'), 'utf8'))).toMatchObject({ name: 'harbor' });
});
