import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CommandOutput, problemsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, callTool, taskOfAda } from './testing/model-server.ts';

const KEY = 'sk-of-the-tests-0123456789';

/** The home folder of a person who received a stranger's crew, and a separate data folder. */
let home: string;
let data: string;
let wrote: number;
beforeEach(async () => {
  const root = await mkdtemp(command.path('person-'));
  home = join(root, 'home');
  data = join(root, 'data');
  wrote = 0;
  const git = join(home, 'repo', '.git');
  for (const folder of ['.ssh', '.config', 'Downloads', 'notes', 'repo/.github/workflows', 'repo/src'])
    await mkdir(join(home, folder), { recursive: true });
  await mkdir(join(git, 'hooks'), { recursive: true });
  const files = ['.bashrc', '.ssh/id_rsa', 'package.json', 'notes/diary.md', 'repo/package.json', 'repo/src/a.ts'];
  for (const file of [...files, 'repo/.git/config', 'repo/.git/HEAD', 'repo/.github/workflows/ci.yml'])
    await writeFile(join(home, file), `the person's ${file}`);
});

/** Every file, folder and link below the person's home with its content. */
async function contents(folder = home): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    const facts = await lstat(path);
    found[name] = facts.isSymbolicLink() ? await readlink(path) : facts.isFile() ? await readFile(path, 'utf8') : '';
  }
  return found;
}

interface Given {
  settings?: object;
  task?: object;
  agent?: object;
  more?: object;
}

/** Writes a stranger's crew into a folder of the person. @returns its path */
async function stranger(
  folder: string,
  { settings = {}, task = {}, agent = {}, more = {} }: Given = {},
): Promise<string> {
  wrote += 1;
  const file = join(home, folder, `stranger${wrote}.crew.json`);
  const crew = {
    format: 'crewlane/1',
    name: 'stranger',
    settings: { retries: { max: 0 }, max_concurrent_tasks: 1, ...settings },
    agents: [{ ...ADA, tools: ['file_reader', 'file_writer'], ...agent }],
    tasks: [taskOfAda({ name: 'draft', ...task })],
    ...more,
  };
  await writeFile(file, JSON.stringify(crew));
  return file;
}

function crewlane(args: readonly string[], env: Record<string, string> = {}): Promise<CommandOutput> {
  return command.run(args, { HOME: home, CREWLANE_HOME: data, ...env });
}

const chosen = () => ['--base-url', server.baseUrl, '--model', 'm'];

/** The command ends with 2 and the codes, nothing was called, and nothing was written, not even in the data folder. */
async function expectNothing(before: Record<string, string>, ended: CommandOutput, ...codes: string[]): Promise<void> {
  expect(problemsOf(ended).map(({ code }) => code)).toEqual(codes);
  expect(ended.code).toBe(2);
  expect(await contents()).toEqual(before);
  expect(existsSync(data)).toBe(false);
  expect(server.calls).toEqual([]);
}

describe('a rehearsal of an external crew', () => {
  it('A rehearsal of an external crew writes only in the data folder.', async () => {
    const outputs = ['.bashrc', 'package.json', 'notes/diary.md', 'workspace/x.md', '.config/autostart/x.desktop'];
    for (const output_file of outputs) {
      const file = await stranger('', { task: { output_file }, settings: { prepare: 'concurrent_processing' } });
      const before = await contents();
      const ended = await crewlane(['run', file, '--json']);
      expect(ended.code, output_file).toBe(0);
      expect(await contents()).toEqual(before);
    }
  });

  it('A rehearsal of an external crew does not use an existing folder next to its file, by name or link.', async () => {
    await mkdir(join(home, 'Downloads', 'workspace'));
    await writeFile(join(home, 'Downloads', 'workspace', 'draft.md'), 'mine');
    await symlink(join(home, '.ssh'), join(home, 'notes', 'workspace'));
    for (const [folder, settings] of [
      ['Downloads', {}],
      ['Downloads', { workspace: 'workspace' }],
      ['notes', {}],
    ] as const) {
      const file = await stranger(folder, { task: { output_file: 'draft.md' }, settings });
      const before = await contents();
      const ended = await crewlane(['run', file, '--json']);
      expect(ended.code).toBe(0);
      expect(await contents()).toEqual(before);
      if (folder === 'Downloads') expect(ended.stderr).toContain('This crew is not trusted');
    }
  });

  it('A batch, a rerun and a resumed run of an external crew write only in the data folder.', async () => {
    const rows = join(home, 'rows.csv');
    await writeFile(rows, 'topic\nants\nbees\n');
    const file = await stranger('Downloads', { task: { output_file: '.bashrc', human_review: 'after' } });
    const before = await contents();
    const batch = await crewlane(['run', file, '--inputs', rows, '--approve-all', '--json']);
    expect(batch.code).toBe(0);
    const first = await crewlane(['run', file, '--json']);
    expect(first.code).toBe(3);
    const dir = runOf(first).run_dir;
    expect((await crewlane(['resume', dir, '--approve-all', '--json'])).code).toBe(0);
    expect((await crewlane(['rerun', dir, '--only', 'draft', '--approve-all', '--json'])).code).toBe(0);
    expect(await contents()).toEqual(before);
  });
});

describe('a workspace that a file names', () => {
  it.each([
    ...['.', './', '..', '../repo', 'a/..', '~', '/tmp', '.ssh', '.git', '.GIT', './.git/', '.git/hooks', 'a/../.git'],
    ...['.git.', '.git ', '.g\u200cit', 'git~1', '.git::$INDEX_ALLOCATION', 'a\\.git', '.github', 'node_modules/.bin'],
  ])(
    'A file that names the workspace %j is refused with the location, in a rehearsal and with trust.',
    async (workspace) => {
      const file = await stranger('repo', { settings: { workspace }, task: { output_file: 'config' } });
      const before = await contents();
      const ended = await crewlane(['run', file, '--json']);
      await expectNothing(before, ended, 'workspace');
      expect(problemsOf(ended)[0]).toMatchObject({ path: 'settings.workspace', line: 1 });
      expect(problemsOf(ended)[0]?.column).toBeGreaterThan(1);
      await expectNothing(before, await crewlane(['run', file, '--trust', ...chosen(), '--json']), 'workspace');
    },
  );

  it('A workspace from a file cannot be a link, lead through a link or contain a repository.', async () => {
    await symlink(join(home, '.ssh'), join(home, 'repo', 'linked'));
    await symlink('../notes', join(home, 'repo', 'src', 'deep'));
    await symlink(join(home, 'nowhere'), join(home, 'repo', 'dangling'));
    await mkdir(join(home, 'notes', 'sub', '.git'), { recursive: true });
    for (const name of ['HEAD', 'objects', 'refs']) await mkdir(join(home, 'repo', 'bare', name), { recursive: true });
    const refused = [
      'linked',
      'src/deep',
      'src/deep/x',
      'dangling',
      'linked/../src/deep',
      'bare',
      'bare/hooks',
      'src/a.ts',
    ];
    for (const [folder, workspace] of [
      ...refused.map((each) => ['repo', each] as const),
      ['', 'notes'],
      ['', 'repo'],
    ] as const) {
      const file = await stranger(folder, { settings: { workspace } });
      const before = await contents();
      await expectNothing(before, await crewlane(['run', file, '--json']), 'workspace');
      await expectNothing(before, await crewlane(['run', file, '--trust', '--json']), 'workspace');
    }
  });

  it('An existing workspace from a file needs trust if a model is called.', async () => {
    const file = await stranger('', { settings: { workspace: 'Downloads/mine' }, task: { output_file: 'draft.md' } });
    await mkdir(join(home, 'Downloads', 'mine'));
    await writeFile(join(home, 'Downloads', 'mine', 'secret.txt'), 'secret');
    const before = await contents();
    const ended = await crewlane(['run', file, ...chosen(), '--json']);
    await expectNothing(before, ended, 'consent');
    expect(ended.stderr).toContain('Downloads/mine');
    expect(ended.stderr).toContain(`crewlane trust ${file}`);
    expect((await crewlane(['run', file, ...chosen(), '--trust', '--json'])).code).toBe(0);
    expect(await readFile(join(home, 'Downloads', 'mine', 'draft.md'), 'utf8')).toBe('draft is done');
    expect((await crewlane(['run', file, ...chosen(), '--json'])).code).toBe(0);
  });

  it('A copied marker file does not make a folder a trusted workspace.', async () => {
    expect((await crewlane(['run', await stranger('notes'), ...chosen(), '--trust', '--json'])).code).toBe(0);
    const mark = await readFile(join(home, 'notes', 'workspace', '.crewlane', 'workspace'), 'utf8');
    const planted = join(home, 'repo', 'data', '.crewlane');
    await mkdir(planted, { recursive: true });
    await writeFile(join(planted, 'workspace'), mark);
    await writeFile(join(home, 'repo', 'data', 'secret.txt'), 'secret');
    const file = await stranger('repo', { settings: { workspace: 'data' } });
    const ended = await crewlane(['run', file, ...chosen(), '--json']);
    expect([ended.code, problemsOf(ended)[0]?.code]).toEqual([2, 'consent']);
  });
});

describe('a workspace chosen by a person', () => {
  it('A chosen workspace cannot be the home, the root, a system folder or a hidden folder.', async () => {
    await symlink(join(home, '.ssh'), join(home, 'innocent'));
    const folders = ['.', '..', '.ssh', '.config/x', 'repo/.git', 'repo/.git/hooks', 'innocent', 'innocent/deeper'];
    const file = await stranger('Downloads');
    const before = await contents();
    const paths = [
      ...folders.map((each) => join(home, each)),
      '/',
      '/etc',
      '/etc/cron.d',
      '/usr/local/x',
      '/tmp',
      '/proc/x',
    ];
    for (const path of paths)
      await expectNothing(before, await crewlane(['run', file, '--workspace', path, '--json']), 'workspace');
  });

  it('An external crew can use a new or empty chosen folder, and needs trust for a folder with content.', async () => {
    const file = await stranger('Downloads', { task: { output_file: 'draft.md' } });
    await mkdir(join(home, 'empty'));
    for (const folder of ['empty', 'fresh', 'fresh'])
      expect((await crewlane(['run', file, '--workspace', join(home, folder), '--json'])).code).toBe(0);
    await rm(data, { recursive: true });
    const before = await contents();
    for (const folder of ['notes', 'repo', 'repo/src', 'repo/../notes']) {
      const ended = await crewlane(['run', file, ...chosen(), '--workspace', join(home, folder), '--json']);
      await expectNothing(before, ended, 'consent');
    }
  });

  it('A chosen workspace is confirmed once for an own crew, and protected names stay unwritable.', async () => {
    const file = join(home, 'own.crew.json');
    expect((await crewlane(['new', 'two_steps', '--out', file])).code).toBe(0);
    const repo = join(home, 'repo');
    const args = ['run', file, '--workspace', repo, '--json'];
    const refused = await crewlane(args);
    expect([refused.code, problemsOf(refused)[0]?.code]).toEqual([2, 'consent']);
    expect(refused.stderr).toContain(`crewlane trust --workspace ${repo}`);
    expect((await crewlane(['trust', '--workspace', repo])).code).toBe(0);
    expect((await crewlane(args)).code).toBe(0);

    const names = [
      'package.json',
      '.bashrc',
      '.GITHUB/workflows/ci.yml',
      'Makefile',
      'x.desktop',
      'run.sh',
      '.git/config',
    ];
    const write = async () => {
      const results: Record<string, string> = {};
      for (const path of names) {
        server.sent.length = 0;
        const usual = server.reply;
        server.reply = (response, each) =>
          server.sent.length === 1
            ? callTool(response, 'file_writer', { path, content: 'evil' })
            : usual(response, each);
        const writer = await stranger('Downloads');
        const ended = await crewlane(['run', writer, ...chosen(), '--workspace', repo, '--trust', '--json']);
        expect(ended.code).toBe(0);
        results[path] = JSON.stringify(server.sent.at(-1));
        server.reply = usual;
      }
      return results;
    };
    for (const [path, said] of Object.entries(await write())) expect(said, path).toContain('cannot be written');
    expect(await readFile(join(repo, 'package.json'), 'utf8')).toBe("the person's repo/package.json");
    expect(existsSync(join(repo, 'Makefile'))).toBe(false);

    expect((await crewlane(['trust', '--workspace', repo, '--any-name'])).code).toBe(0);
    await write();
    expect(await readFile(join(repo, 'package.json'), 'utf8')).toBe('evil');
    expect(await readFile(join(repo, '.git', 'config'), 'utf8')).toBe("the person's repo/.git/config");
  });

  it('An output_file with a protected name is refused.', async () => {
    for (const output_file of ['.npmrc', 'package.json', 'sub/Makefile', 'a.service']) {
      const file = await stranger('Downloads', { task: { output_file } });
      const ended = await crewlane(['run', file, '--workspace', join(home, 'notes'), '--trust', '--json']);
      expect(ended.code, output_file).toBe(2);
      expect(problemsOf(ended)[0]?.message).toContain('other programs act on');
    }
    expect((await readdir(join(home, 'notes'))).sort()).toEqual(['diary.md']);
  });
});

describe('a model named by the file', () => {
  it('A model at an address from the file is called only with trust, with or without a key.', async () => {
    const cases: [Given, Record<string, string>][] = [
      [{ settings: { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' } }, {}],
      [{ settings: { provider: 'ollama', base_url: server.baseUrl, model: 'm' } }, { OPENAI_API_KEY: KEY }],
      [{ settings: { base_url: server.baseUrl, model: 'm' } }, {}],
      [{ agent: { base_url: server.baseUrl, model: 'm' }, settings: { provider: 'openai_compatible' } }, {}],
      // The provider of the crew is Rehearsal, but no agent uses it.
      [{ agent: { base_url: server.baseUrl, model: 'm' } }, {}],
      [
        { agent: { provider: 'ollama', base_url: server.baseUrl, model: 'm' }, settings: { provider: 'rehearsal' } },
        {},
      ],
      [{ settings: { provider: 'openai', base_url: server.baseUrl, model: 'm' } }, { OPENAI_API_KEY: KEY }],
    ];
    for (const [given, env] of cases) {
      const file = await stranger('Downloads', given);
      const before = await contents();
      const ended = await crewlane(['run', file, '--json'], env);
      const codes = problemsOf(ended).map(({ code }) => code);
      await expectNothing(before, ended, ...codes.map(() => 'consent'));
      expect(ended.stderr).toContain(server.baseUrl);
    }
  });

  it('Choosing only a model or a provider does not consent to an address from the file.', async () => {
    const settings = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' };
    const file = await stranger('Downloads', { settings });
    const before = await contents();
    for (const args of [
      ['--model', 'other'],
      ['--model', 'm'],
      ['--provider', 'openai_compatible'],
    ])
      await expectNothing(before, await crewlane(['run', file, ...args, '--json']), 'consent');
    const agent = { provider: 'ollama', base_url: server.baseUrl, model: 'm' };
    const second = await stranger('Downloads', { settings: { provider: 'openai', model: 'm' }, agent });
    const ended = await crewlane(['run', second, '--provider', 'openai', '--json'], { OPENAI_API_KEY: KEY });
    expect([ended.code, problemsOf(ended)[0]?.path]).toEqual([2, 'agents[0].base_url']);
  });

  it('Typing an address consents to calling it.', async () => {
    const file = await stranger('Downloads', { settings: { provider: 'ollama', base_url: 'http://127.0.0.1:9/v1' } });
    expect((await crewlane(['run', file, ...chosen(), '--json'])).code).toBe(0);
    expect(server.calls).toHaveLength(1);
  });

  it('A key is sent to an address from the file only after the person allowed this address.', async () => {
    const file = await stranger('Downloads', {
      settings: { provider: 'openai', base_url: server.baseUrl, model: 'm' },
    });
    const key = { OPENAI_API_KEY: KEY };
    expect((await crewlane(['trust', join(home, 'Downloads')])).code).toBe(0);
    const ended = await crewlane(['run', file, '--json'], key);
    expect(ended.code).toBe(2);
    expect(problemsOf(ended).map(({ message }) => message)).toEqual([expect.stringContaining('Sends your key')]);
    expect((await crewlane(['trust', file])).code).toBe(0);
    expect((await crewlane(['run', file, '--json'], key)).code).toBe(0);
    expect(server.calls.map(({ authorization }) => authorization)).toEqual([`Bearer ${KEY}`]);
  });

  it('Each missing permission is listed on one line with the command that allows it.', async () => {
    const settings = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' };
    const file = await stranger('Downloads', { settings, agent: { tools: ['web_search'] } });
    const ended = await crewlane(['run', file, '--json']);
    const lines = ended.stderr.trim().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toContain(`crewlane trust ${file}`);
    expect(problemsOf(ended).map(({ code, path }) => [code, path])).toEqual([
      ['consent', 'settings.base_url'],
      ['consent', 'agents[0].tools[0]'],
    ]);
  });
});

describe('crewlane trust', () => {
  it('trust FILE covers exactly the content of the file, except its layout.', async () => {
    const settings = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' };
    const file = await stranger('Downloads', { settings });
    expect((await crewlane(['trust', file])).code).toBe(0);
    expect((await crewlane(['run', file, '--json'])).code).toBe(0);
    const crew = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...crew, layout: { nodes: { 'task:draft': [1, 2] } } }, null, 4));
    expect((await crewlane(['run', file, '--json'])).code).toBe(0);
    await writeFile(file, JSON.stringify({ ...crew, description: 'Changed' }));
    expect((await crewlane(['run', file, '--json'])).code).toBe(2);
    await writeFile(file, JSON.stringify(crew));
    expect((await crewlane(['trust', '--revoke', file])).code).toBe(0);
    expect((await crewlane(['run', file, '--json'])).code).toBe(2);
  });

  it('trust FOLDER covers the files below the real path of the folder.', async () => {
    const settings = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' };
    const inside = await stranger('Downloads', { settings });
    const outside = await stranger('notes', { settings });
    await symlink(outside, join(home, 'Downloads', 'linked.crew.json'));
    await symlink(join(home, 'Downloads'), join(home, 'to-downloads'));
    expect((await crewlane(['trust', join(home, 'to-downloads')])).code).toBe(0);
    expect((await crewlane(['run', inside, '--json'])).code).toBe(0);
    expect((await crewlane(['run', join(home, 'Downloads', 'linked.crew.json'), '--json'])).code).toBe(2);
    const sibling = join(home, 'Downloads2');
    await mkdir(sibling);
    await writeFile(join(sibling, 'x.crew.json'), await readFile(inside));
    expect((await crewlane(['run', join(sibling, 'x.crew.json'), '--json'])).code).toBe(2);
    const listed = await crewlane(['trust', '--list', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject({ folders: [join(home, 'Downloads')] });
    expect((await crewlane(['trust', '--revoke', join(home, 'Downloads')])).code).toBe(0);
    expect((await crewlane(['run', inside, '--json'])).code).toBe(2);
  });

  it('trust refuses a folder that is too broad, a missing path and two options at once.', async () => {
    for (const args of [[home], ['/'], [join(home, 'none.crew.json')], [home, '--list'], ['--revoke', home], []])
      expect((await crewlane(['trust', ...args])).code).toBe(2);
    expect((await crewlane(['trust', '--workspace', join(home, '.ssh')])).code).toBe(2);
  });

  it('The trust file is readable only by its owner, and concurrent commands lose no entry.', async () => {
    const files = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => stranger('Downloads', { more: { description: name } })),
    );
    await Promise.all(files.map((file) => command.start(['trust', file], { HOME: home, CREWLANE_HOME: data }).ended));
    const path = join(data, 'trust.json');
    expect((JSON.parse(await readFile(path, 'utf8')) as { crews: unknown[] }).crews).toHaveLength(4);
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(data)).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('A damaged trust file trusts nothing and is not overwritten.', async () => {
    const settings = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' };
    const file = await stranger('Downloads', { settings });
    await mkdir(data);
    await writeFile(join(data, 'trust.json'), '{ "format": "crewlane-trust/1", "folders": ["/"] }');
    expect((await crewlane(['run', file, '--json'])).code).toBe(2);
    expect((await crewlane(['trust', file])).code).toBe(2);
    expect(await readFile(join(data, 'trust.json'), 'utf8')).toContain('"folders": ["/"]');
  });
});

describe('a planted link', () => {
  it('A link at .crewlane, rows or the folder of an output file does not lead a run out of its workspace.', async () => {
    const rows = join(home, 'rows.csv');
    await writeFile(rows, 'topic\nants\n');
    for (const name of ['.crewlane', 'rows', 'out']) {
      const folder = `place-${name}`;
      await mkdir(join(home, folder, 'workspace'), { recursive: true });
      await writeFile(join(home, folder, 'workspace', 'data.txt'), 'data');
      await symlink(join(home, '.ssh'), join(home, folder, 'workspace', name));
      const file = await stranger(folder, { task: { output_file: 'out/id_rsa' } });
      const before = await contents(join(home, '.ssh'));
      const inputs = name === 'rows' ? ['--inputs', rows] : [];
      const ended = await crewlane(['run', file, '--trust', ...inputs, '--json']);
      expect(ended.code, name).not.toBe(0);
      expect(await contents(join(home, '.ssh'))).toEqual(before);
    }
  });

  it('A link does not lead prepare out of the workspace.', async () => {
    await mkdir(join(home, 'notes', 'workspace'));
    await symlink(join(home, '.bashrc'), join(home, 'notes', 'workspace', 'customers.csv'));
    const file = await stranger('notes', { settings: { prepare: 'concurrent_processing' } });
    await crewlane(['run', file, '--trust', '--json']);
    expect(await readFile(join(home, '.bashrc'), 'utf8')).toBe("the person's .bashrc");
  });

  it('A link that is swapped repeatedly during a run does not lead out of the workspace.', async () => {
    await mkdir(join(home, 'notes', 'workspace', 'out'), { recursive: true });
    await writeFile(join(home, 'notes', 'workspace', 'data.txt'), 'data');
    const out = join(home, 'notes', 'workspace', 'out');
    const script = `while :; do rm -rf '${out}'; mkdir '${out}'; rm -rf '${out}'; ln -s '${join(home, '.ssh')}' '${out}'; done`;
    const flipping = promisify(execFile)('sh', ['-c', script]);
    const tasks = Array.from({ length: 30 }, (_, index) =>
      taskOfAda({ name: `t${index}`, output_file: `out/f${index}` }),
    );
    const file = await stranger('notes', { more: { tasks } });
    await crewlane(['run', file, '--trust', '--json']);
    flipping.child.kill('SIGKILL');
    await flipping.catch(() => undefined);
    expect(await readdir(join(home, '.ssh'))).toEqual(['id_rsa']);
  });
});
