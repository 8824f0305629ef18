import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltCommand, type CommandOutput, problemsOf, runOf } from './testing/built-command.ts';
import { ModelServer } from './testing/model-server.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await BuiltCommand.make();
});
afterAll(() => command.remove());

const AGENT = { name: 'writer', role: 'Writer', goal: 'Write well' };
const DRAFT = { name: 'draft', description: 'Do draft.', expected_output: 'A note', agent: 'writer' };

function makeCrew(more: object = {}): object {
  return { format: 'crewlane/1', name: 'two_steps', agents: [AGENT], tasks: [DRAFT], ...more };
}

/** Expects exit code 2, exactly these problem codes, no stack trace, and no run folder. */
function expectRefused(ended: CommandOutput, ...codes: string[]): void {
  expect(ended.code).toBe(2);
  expect(problemsOf(ended).map(({ code }) => code)).toEqual(codes);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(join(command.home, 'runs'))).toBe(false);
}

describe('a refused command', () => {
  it('A refused crew file is reported with every problem and its location.', async () => {
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

  it('A missing file, a folder and invalid JSON have different problem codes.', async () => {
    expectRefused(await command.run(['run', 'nowhere.crew.json', '--json']), 'unreadable');
    expectRefused(await command.run(['run', '.', '--json']), 'not_a_file');
    const file = await command.write('broken.crew.json', '{ "format": "crewlane/1",\n  oops }');
    const ended = await command.run(['run', file, '--json']);
    expectRefused(ended, 'not_json');
    expect(problemsOf(ended)[0]).toMatchObject({ line: 2, column: 3 });
  });

  it('A crew without tasks is valid but cannot run.', async () => {
    const file = await command.write('empty.crew.json', makeCrew({ tasks: [] }));
    expect((await command.run(['validate', file])).code).toBe(0);
    expectRefused(await command.run(['run', file, '--json']), 'nothing_to_run');
  });

  it('A missing key is reported with the variable to set.', async () => {
    const file = await command.write('openai.crew.json', makeCrew({ settings: { provider: 'openai' } }));
    const ended = await command.run(['run', file, '--json']);
    expectRefused(ended, 'no_key');
    expect(ended.stderr).toContain('OPENAI_API_KEY');
    expect(existsSync(command.path('workspace'))).toBe(false);
  });

  it('Without --trust, no key is sent to an address in the file and no web tool is called.', async () => {
    const server = await ModelServer.start();
    const settings = { provider: 'openai', base_url: server.baseUrl };
    const file = await command.write(
      'stranger.crew.json',
      makeCrew({ settings, agents: [{ ...AGENT, tools: ['web_search'] }] }),
    );
    const key = { OPENAI_API_KEY: 'sk-of-the-tests-0123456789' };
    const ended = await command.start(['run', file, '--json'], key).ended;
    expectRefused(ended, 'consent', 'consent', 'consent');
    expect(ended.stderr).toContain(server.baseUrl);
    expect(ended.stderr).toContain('web_search');
    expect(ended.stderr).toContain('--trust');
    expect(server.calls).toEqual([]);
    await server.close();
  });

  it('A budget is refused if a price is unknown.', async () => {
    const settings = { base_url: 'http://127.0.0.1:9/v1', model: 'm', budget_usd: 1 };
    const file = await command.write('budget.crew.json', makeCrew({ settings }));
    expectRefused(await command.run(['run', file, '--json']), 'unknown_price');
    const ended = await command.run(['validate', file, '--json']);
    expectRefused(ended, 'unknown_price');
    expect(problemsOf(ended)[0]).toMatchObject({ path: 'settings.budget_usd', line: 22 });
  });

  it('An invalid output_schema is refused before any call.', async () => {
    const file = await command.write(
      'schema.crew.json',
      makeCrew({ tasks: [{ ...DRAFT, output_schema: { type: 'nope' } }] }),
    );
    for (const name of ['validate', 'run']) {
      const ended = await command.run([name, file, '--json']);
      expectRefused(ended, 'invalid_schema');
      expect(problemsOf(ended)[0]).toMatchObject({ path: 'tasks[0].output_schema' });
    }
  });

  it('A report folder with other files is refused before the run.', async () => {
    await mkdir(command.path('thesis'));
    await writeFile(command.path('thesis', 'thesis.md'), 'mine');
    const ended = await command.run(['run', command.example('two_steps'), '--out', command.path('thesis'), '--json']);
    expectRefused(ended, 'out');
    expect(await readdir(command.path('thesis'))).toEqual(['thesis.md']);
  });

  it('Inputs without rows are refused.', async () => {
    const rows = await command.write('rows.csv', 'topic\n');
    expectRefused(await command.run(['run', command.example('two_steps'), '--inputs', rows, '--json']), 'inputs');
  });

  it('A workspace outside the folder of the crew file, or one that cannot be created, is refused.', async () => {
    const file = await command.write('outside.crew.json', makeCrew({ settings: { workspace: '../elsewhere' } }));
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

  it.runIf(process.platform === 'linux')('A workspace or data folder that cannot be created is refused.', async () => {
    const file = command.example('two_steps');
    expectRefused(await command.run(['run', file, '--workspace', '/proc/nothing', '--json']), 'workspace');
    const elsewhere = ['run', file, '--workspace', command.path('elsewhere'), '--json'];
    expectRefused(await command.run(elsewhere, { CREWLANE_HOME: '/proc/nothing' }), 'disk');
    expect(existsSync(command.path('elsewhere'))).toBe(false);
  });

  it('A wrong argument is refused with the allowed values.', async () => {
    const ended = await command.start(['run', command.example('two_steps'), '--slots', '65', '--json']).ended;
    expectRefused(ended, 'usage');
    expect(ended.stderr).toContain('from 1 to 64');
    expect(problemsOf(ended)[0]?.message).toMatch(/^option '--slots/);
    expect((await command.run(['rerun', 'x'])).code).toBe(2);
  });

  it('An address with a password is refused, and the password is not printed.', async () => {
    const hidden = ['http://ada:secret@127.0.0.1:1/v1', 'ht\ntp:/\t/ada:secret@127.0.0.1:1/v1'];
    const mistyped = [
      'ada:secret@127.0.0.1:1/v1',
      'ftp://ada:secret@127.0.0.1/v1',
      'http://ada:se/secret@127.0.0.1/v1',
    ];
    for (const address of [...hidden, ...mistyped]) {
      const ended = await command.run(['run', command.example('two_steps'), '--base-url', address, '--json']);
      expectRefused(ended, 'usage');
      expect(problemsOf(ended)[0]?.message).toMatch(/^option '--base-url <url>' is invalid\. (Remove|The address) /);
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
  it('A key is sent to the address from the command line and written to no file.', async () => {
    const server = await ModelServer.start();
    const key = 'sk-of-the-tests-0123456789';
    const file = await command.write('mine.crew.json', makeCrew());
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
    expect(server.calls).toEqual([{ model: 'small', task: 'draft', authorization: `Bearer ${key}` }]);
    const written = await Promise.all(['home', 'out', 'workspace'].map((name) => textsBelow(command.path(name))));
    expect(written.flat().length).toBeGreaterThan(3);
    expect(written.flat().filter((text) => text.includes(key))).toEqual([]);
    await server.close();
  });
});
