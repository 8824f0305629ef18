import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BuiltCommand, problemsOf } from './testing/built-command.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await BuiltCommand.make();
});
afterAll(() => command.remove());

const AGENT = { name: 'ada', role: 'Worker', goal: 'Answer' };

function makeCrew(tasks: object[], more: object = {}): object {
  const full = tasks.map((task, index) => ({
    name: `t${index}`,
    description: 'Work',
    expected_output: 'An answer',
    agent: 'ada',
    ...task,
  }));
  return { format: 'crewlane/1', name: 'checked', agents: [AGENT], tasks: full, ...more };
}

test('validate lists warnings with their location and exits with 0.', async () => {
  const tasks = [
    { description: 'About {topic} in {lnguage}', output_file: 'r.md' },
    { output_file: './R.md', async: true },
  ];
  const file = await command.write('warned.crew.json', makeCrew(tasks, { inputs: { topic: 'bees', language: 'de' } }));
  const ended = await command.run(['validate', file, '--json']);
  expect(ended.code).toBe(0);
  expect(problemsOf(ended)).toMatchObject([
    { code: 'missing_input', severity: 'warning', path: 'tasks[0].description' },
    { code: 'unused_input', severity: 'warning', path: 'inputs.language' },
    { code: 'same_output_file', severity: 'warning', path: 'tasks[1].output_file' },
  ]);
  expect(ended.stderr).toMatch(
    /warned\.crew\.json:\d+:\d+: warning: tasks\[0\]\.description: .*Did you mean \{language\}/,
  );
  expect(ended.stderr).toContain('2 tasks, 3 warnings.');
});

test('A run prints warnings and completes, and errors have a severity.', async () => {
  const file = await command.write('run.crew.json', makeCrew([{ description: 'In {lnguage}' }]));
  const ended = await command.run(['run', file]);
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain(
    'warning: tasks[0].description: {lnguage} has no value. Use --input lnguage=…, or write {{lnguage}}.',
  );
  const wrong = await command.write('wrong.crew.json', makeCrew([{ agent: 'nobody' }]));
  expect(problemsOf(await command.run(['validate', wrong, '--json']))).toMatchObject([{ severity: 'error' }]);
});

test('A column whose name has a space fills its placeholder.', async () => {
  const task = { description: 'To {First Name} of {company}', output_file: '{First Name}.md' };
  const file = await command.write('spaces.crew.json', makeCrew([task]));
  const rows = await command.write('rows.csv', 'First Name,company\nAnn,Acme\n');
  const ended = await command.run(['run', file, '--inputs', rows, '--trust']);
  expect(ended.code).toBe(0);
  expect(ended.stderr).not.toMatch(/warning|No text/);
  expect(await readFile(command.path('workspace', 'rows', '1', 'Ann.md'), 'utf8')).not.toBe('');
});

test('An output path that a row turns outside the workspace is refused before anything runs.', async () => {
  const file = await command.write('paths.crew.json', makeCrew([{ output_file: '{dir}/x.md' }]));
  const runs = () => existsSync(join(command.home, 'runs'));
  const before = runs();
  const rows = await command.write('paths.csv', 'dir\nfine\n..\n.git\n');
  const ended = await command.run(['run', file, '--inputs', rows, '--json']);
  expect(ended.code).toBe(2);
  expect(problemsOf(ended)).toMatchObject([
    { code: 'outside_workspace', message: expect.stringMatching(/^Row 2: /), line: expect.any(Number) },
    { code: 'protected_file', message: expect.stringMatching(/^Row 3: /) },
  ]);
  const one = await command.write('one.json', { dir: '../..' });
  const single = await command.run(['run', file, '--inputs', one, '--json']);
  expect([single.code, problemsOf(single)[0]?.code]).toEqual([2, 'outside_workspace']);
  expect(runs()).toBe(before);
});

test('A protected name is refused before a run in an existing folder.', async () => {
  const folder = command.path('existing');
  await mkdir(folder);
  await writeFile(join(folder, 'notes.txt'), 'mine');
  const file = await command.write(
    'protected.crew.json',
    makeCrew([{ output_file: '{name}' }], { inputs: { name: 'Makefile' } }),
  );
  const ended = await command.run(['run', file, '--workspace', folder, '--trust', '--json']);
  expect([ended.code, problemsOf(ended)[0]?.code]).toEqual([2, 'protected_file']);
});
