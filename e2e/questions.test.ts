import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { ADA, answer, callTool, ModelServer, taskOfAda } from '../app/cli/testing/model-server.ts';
import { expect, test } from './app.ts';
import { setTheme } from './dialogs.ts';

/** What the agent calls first in each task. */
const CALLS: Readonly<Record<string, readonly [tool: string, args: object]>> = {
  keep: ['file_writer', { path: 'keep.md', content: 'As written' }],
  change: ['file_writer', { path: 'change.md', content: 'Too long' }],
  drop: ['file_writer', { path: 'drop.md', content: 'Secret' }],
  pick: ['ask_person', { question: 'Which color?', choices: ['red', 'blue'], details: 'For the cover.' }],
  tell: ['ask_person', { question: 'Who reads it?' }],
};

let server: ModelServer;
test.beforeEach(async () => {
  server = await ModelServer.start();
  server.reply = (response, { task }) => {
    const [tool, args] = CALLS[task] ?? ['', {}];
    if (server.callsOf(task) === 1) callTool(response, tool, args);
    else answer(response, `Done with ${task}`);
  };
});
test.afterEach(() => server.close());

async function makeCrew(folder: string): Promise<string> {
  const file = join(folder, 'asking.crew.json');
  const settings = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm', workspace: 'work' };
  const agents = [{ ...ADA, tools: ['file_writer', 'ask_person'], approve_tools: ['file_*'] }];
  const tasks = Object.keys(CALLS).map((name) => taskOfAda({ name }));
  await writeFile(file, JSON.stringify({ format: 'crewlane/1', name: 'asking', settings, agents, tasks }));
  return file;
}

const inbox = (page: Page) => page.getByRole('region', { name: 'Reviews', exact: true });
const node = (page: Page, name: string, state: string) => page.getByLabel(`Task ${name}, ${state}`);

/** Opens the question about a task, and checks that its card has a name and a role for each element, in both themes. */
async function choose(page: Page, name: string): Promise<void> {
  const list = inbox(page).getByRole('list', { name: 'Waiting' });
  const title = new RegExp(name, 'i');
  if (await list.isVisible()) await list.getByRole('button', { name: title }).click();
  await expect(inbox(page).locator('.inbox-subject').getByText(title)).toBeVisible();
}

/** The text that the agent received as the answer of its call. */
function answerTo(task: string): string {
  const at = server.calls.findLastIndex((call) => call.task === task);
  const answers = server.sent[at]?.filter(({ role }) => role === 'tool') ?? [];
  return JSON.stringify(answers.map(({ content }) => content));
}

test('tool calls are approved, changed and refused, and questions are answered in the inbox', async ({
  launch,
  folder,
}) => {
  const { electron, page, problems } = await launch({ file: await makeCrew(folder) });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('button', { name: '5 reviews' })).toBeVisible();
  for (const name of Object.keys(CALLS)) {
    await choose(page, name);
    for (const theme of ['dark', 'light'] as const) {
      await setTheme(electron, page, theme);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).include('.inbox').analyze();
      expect(
        violations.map(({ id }) => id),
        `${name}, ${theme}`,
      ).toEqual([]);
    }
  }

  await choose(page, 'keep');
  await expect(inbox(page).getByLabel('Arguments')).toHaveValue(/As written/);
  await inbox(page).getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(node(page, 'keep', 'completed')).toBeVisible();

  await choose(page, 'change');
  await inbox(page).getByRole('button', { name: 'Edit arguments' }).click();
  await inbox(page).getByLabel('Arguments').fill('[]');
  await expect(inbox(page).getByRole('alert')).toContainText('must be a JSON object');
  await expect(inbox(page).getByRole('button', { name: 'Approve with changes' })).toBeDisabled();
  await inbox(page).getByLabel('Arguments').fill('{"path": "change.md", "content": "Short"}');
  await inbox(page).getByRole('button', { name: 'Approve with changes' }).click();
  await expect(node(page, 'change', 'completed')).toBeVisible();

  await choose(page, 'drop');
  await inbox(page).getByLabel('Remark').fill('Not this file.');
  await inbox(page).getByRole('button', { name: 'Refuse' }).click();
  await expect(node(page, 'drop', 'completed')).toBeVisible();
  expect(answerTo('drop')).toContain('Remark: Not this file.');

  await choose(page, 'pick');
  await expect(inbox(page).getByText('For the cover.')).toBeVisible();
  await inbox(page).getByRole('group', { name: 'Choices' }).getByRole('button', { name: 'blue' }).click();
  await expect(node(page, 'pick', 'completed')).toBeVisible();
  expect(answerTo('pick')).toContain('blue');

  await choose(page, 'tell');
  await expect(inbox(page).getByRole('button', { name: 'Send answer' })).toBeDisabled();
  await inbox(page).getByLabel('Answer').fill('Children of nine');
  await inbox(page).getByRole('button', { name: 'Send answer' }).click();
  await expect(node(page, 'tell', 'completed')).toBeVisible();
  expect(answerTo('tell')).toContain('Children of nine');
  await expect(inbox(page)).toBeHidden();

  const written = (name: string) => readFile(join(folder, 'work', name), 'utf8').catch(() => null);
  expect(await Promise.all(['keep.md', 'change.md', 'drop.md'].map(written))).toEqual(['As written', 'Short', null]);
  expect(problems).toEqual([]);
});
