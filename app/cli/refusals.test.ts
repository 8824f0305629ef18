import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltCommand, type Ended, problemsOf, runOf } from './testing/built.ts';
import { ModelServer } from './testing/model-server.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await BuiltCommand.make();
});
afterAll(() => command.remove());

const AGENT = { name: 'writer', role: 'Writer', goal: 'Write well' };
const DRAFT = { name: 'draft', description: 'Do draft.', expected_output: 'A note', agent: 'writer' };

function crew(more: object = {}): object {
  return { format: 'crewlane/1', name: 'two_steps', agents: [AGENT], tasks: [DRAFT], ...more };
}

/** Exit code 2, the problems, no stack trace, and nothing written. */
function expectRefused(ended: Ended, ...codes: string[]): void {
  expect(ended.code).toBe(2);
  expect(problemsOf(ended).map(({ code }) => code)).toEqual(codes);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(join(command.home, 'runs'))).toBe(false);
}

describe('a command that is refused', () => {
  it('names every problem of a crew file with its place', async () => {
    const text = `{
  "format": "crewlane/1",
  "name": "bad",
  "agents": [{ "name": "writer", "role": "Writer", "goal": "Write", "tools": ["no_such_tool"] }],
  "tasks": [
    { "name": "a", "description": "d", "expected_output": "e", "agent": "writer", "context": ["b"] },
    { "name": "b", "description": "d", "expected_output": "e", "agent": "nobody", "context": ["a"] }
  ]
}`;
    const file = await command.write('bad.crew.json', text);
    for (const name of ['validate', 'run', 'plan']) {
      const ended = await command.run([name, file, '--json']);
      expectRefused(ended, 'unknown_tool', 'cycle', 'unknown_reference');
      expect(problemsOf(ended).map(({ line, path }) => `${line} ${path}`)).toEqual([
        '4 agents[0].tools[0]',
        '6 tasks[0].context[0]',
        '7 tasks[1].agent',
      ]);
      expect(ended.stderr).toContain(`${file}:7:`);
    }
  });

  it('tells a file that is missing, a folder, and text that is not JSON', async () => {
    expectRefused(await command.run(['run', 'nowhere.crew.json', '--json']), 'unreadable');
    expectRefused(await command.run(['run', '.', '--json']), 'not_a_file');
    const file = await command.write('broken.crew.json', '{ "format": "crewlane/1",\n  oops }');
    const ended = await command.run(['run', file, '--json']);
    expectRefused(ended, 'not_json');
    expect(problemsOf(ended)[0]).toMatchObject({ line: 2, column: 3 });
  });

  it('opens a crew without tasks, and does not run it', async () => {
    const file = await command.write('empty.crew.json', crew({ tasks: [] }));
    expect((await command.run(['validate', file])).code).toBe(0);
    expectRefused(await command.run(['run', file, '--json']), 'nothing_to_run');
  });

  it('says which key is missing, and where to put it', async () => {
    const file = await command.write('openai.crew.json', crew({ settings: { provider: 'openai' } }));
    const ended = await command.run(['run', file, '--json']);
    expectRefused(ended, 'no_key');
    expect(ended.stderr).toContain('OPENAI_API_KEY');
    expect(existsSync(command.path('workspace'))).toBe(false);
  });

  it('sends no key to an address in the file, and calls no web, without --trust', async () => {
    const server = await ModelServer.start();
    const settings = { provider: 'openai', base_url: server.baseUrl };
    const file = await command.write(
      'stranger.crew.json',
      crew({ settings, agents: [{ ...AGENT, tools: ['web_search'] }] }),
    );
    const key = { OPENAI_API_KEY: 'sk-of-the-tests-0123456789' };
    const ended = await command.start(['run', file, '--json'], key).ended;
    expectRefused(ended, 'consent', 'consent', 'consent');
    expect(ended.stderr).toContain(server.baseUrl);
    expect(ended.stderr).toContain('web_search');
    expect(ended.stderr).toContain('--trust');
    expect(server.asked).toEqual([]);
    await server.close();
  });

  it('keeps no budget whose prices it does not know', async () => {
    const settings = { base_url: 'http://127.0.0.1:9/v1', model: 'm', budget_usd: 1 };
    const file = await command.write('budget.crew.json', crew({ settings }));
    expectRefused(await command.run(['run', file, '--json']), 'unknown_price');
    const ended = await command.run(['validate', file, '--json']);
    expectRefused(ended, 'unknown_price');
    expect(problemsOf(ended)[0]).toMatchObject({ path: 'settings.budget_usd', line: 22 });
  });

  it('uses no output_schema that is none, and asks nothing for its sake', async () => {
    const file = await command.write(
      'schema.crew.json',
      crew({ tasks: [{ ...DRAFT, output_schema: { type: 'nope' } }] }),
    );
    for (const name of ['validate', 'run']) {
      const ended = await command.run([name, file, '--json']);
      expectRefused(ended, 'invalid_schema');
      expect(problemsOf(ended)[0]).toMatchObject({ path: 'tasks[0].output_schema' });
    }
  });

  it('writes reports into no folder with other files, and asks before the run', async () => {
    await mkdir(command.path('thesis'));
    await writeFile(command.path('thesis', 'thesis.md'), 'mine');
    const ended = await command.run(['run', command.example('two_steps'), '--out', command.path('thesis'), '--json']);
    expectRefused(ended, 'out');
    expect(await readdir(command.path('thesis'))).toEqual(['thesis.md']);
  });

  it('refuses what it cannot do yet, and inputs without a row', async () => {
    const mcp_servers = { files: { command: 'serve-files' } };
    const file = await command.write('later.crew.json', crew({ mcp_servers }));
    expectRefused(await command.run(['run', file, '--json']), 'unsupported');
    const rows = await command.write('rows.csv', 'topic\n');
    expectRefused(await command.run(['run', command.example('two_steps'), '--inputs', rows, '--json']), 'inputs');
  });

  it('refuses a workspace outside the file’s folder, and one that cannot be made', async () => {
    const file = await command.write('outside.crew.json', crew({ settings: { workspace: '../elsewhere' } }));
    expectRefused(await command.run(['run', file, '--json']), 'workspace');
    const validated = await command.run(['validate', file, '--json']);
    expectRefused(validated, 'workspace');
    expect(problemsOf(validated)[0]?.line).toBeGreaterThan(1);
    const plain = await command.write('plain.txt', '');
    const below = join(plain, 'workspace');
    expectRefused(
      await command.run(['run', command.example('two_steps'), '--workspace', below, '--json']),
      'workspace',
    );
  });

  it.runIf(process.platform === 'linux')('refuses folders in which nothing can be made', async () => {
    const file = command.example('two_steps');
    expectRefused(await command.run(['run', file, '--workspace', '/proc/nothing', '--json']), 'workspace');
    const elsewhere = ['run', file, '--workspace', command.path('elsewhere'), '--json'];
    expectRefused(await command.run(elsewhere, { CREWLANE_HOME: '/proc/nothing' }), 'disk');
    expect(existsSync(command.path('elsewhere'))).toBe(false);
  });

  it('answers wrong arguments with what is right', async () => {
    const ended = await command.start(['run', command.example('two_steps'), '--slots', '65', '--json']).ended;
    expectRefused(ended, 'usage');
    expect(ended.stderr).toContain('from 1 to 64');
    expect(problemsOf(ended)[0]?.message).toMatch(/^option '--slots/);
    expect((await command.run(['rerun', 'x'])).code).toBe(2);
  });

  it('takes no password in an address: it would be written wherever the address is', async () => {
    const hidden = ['http://ada:secret@127.0.0.1:1/v1', 'ht\ntp:/\t/ada:secret@127.0.0.1:1/v1'];
    const mistyped = [
      'ada:secret@127.0.0.1:1/v1',
      'ftp://ada:secret@127.0.0.1/v1',
      'http://ada:se/secret@127.0.0.1/v1',
    ];
    for (const address of [...hidden, ...mistyped]) {
      const ended = await command.run(['run', command.example('two_steps'), '--base-url', address, '--json']);
      expectRefused(ended, 'usage');
      expect(problemsOf(ended)[0]?.message).toMatch(/^option '--base-url <url>' is invalid\. Give /);
      if (hidden.includes(address)) expect(ended.stderr).toContain('a key comes from the environment');
      expect(`${ended.stdout}${ended.stderr}`).not.toContain('secret');
    }
  });
});

async function textsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}

describe('a key', () => {
  it('goes to the address of the command line, and stands in no file', async () => {
    const server = await ModelServer.start();
    const key = 'sk-of-the-tests-0123456789';
    const file = await command.write('mine.crew.json', crew());
    const args = [
      'run',
      file,
      '--base-url',
      server.baseUrl,
      '--model',
      'small',
      '--trust',
      '--json',
      '--out',
      command.path('out'),
    ];
    const ended = await command.run(args, { OPENAI_API_KEY: key });
    expect(ended.stderr).not.toContain(key);
    expect(runOf(ended)).toMatchObject({ outcome: 'completed', rehearsal: false, cost_usd: null });
    expect(server.asked).toEqual([{ model: 'small', task: 'draft', authorization: `Bearer ${key}` }]);
    const written = await Promise.all(['home', 'out', 'workspace'].map((name) => textsBelow(command.path(name))));
    expect(written.flat().length).toBeGreaterThan(3);
    expect(written.flat().filter((text) => text.includes(key))).toEqual([]);
    await server.close();
  });
});
