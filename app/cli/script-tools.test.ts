import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calling } from '../models/testing/calling.ts';
import { TestProvider } from '../models/testing/provider.ts';
import { eventsOf, problemsOf, runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

const SCRIPT = `export default ({ scores, file }, files) => {
  const best = Math.max(...scores);
  if (file) files.write(file, String(best));
  return { best, files: files.list() };
};`;

const PARAMETERS = {
  properties: { scores: { type: 'array', items: { type: 'number' } }, file: { type: 'string' } },
  required: ['scores'],
};

let model: TestProvider;
let folders = 0;
let folder = '';
beforeEach(async () => {
  folders += 1;
  folder = `scripts-${folders}`;
  await mkdir(command.path(folder, 'tools'), { recursive: true });
  // Trust depends on the content, so each test has another script.
  await writeFile(command.path(folder, 'tools', 'rank.js'), `${SCRIPT}\n// ${folder}`);
});
afterEach(() => model?.stop());

/** A crew whose agent makes these calls of the script tool. */
async function crewCalling(
  calls: readonly object[],
  { script = 'tools/rank.js', tool = {}, tasks = ['one'] } = {},
): Promise<string> {
  model = await TestProvider.start(calling(calls.map((given) => ({ name: 'rank', arguments: given }))));
  return command.write(`${folder}/crew.crew.json`, {
    format: 'crewlane/1',
    name: 'scripts',
    settings: { model: 'm', base_url: model.baseUrl },
    tools: [{ name: 'rank', description: 'Ranks.', parameters: PARAMETERS, script, ...tool }],
    agents: [{ name: 'ada', role: 'R', goal: 'G', tools: ['rank'] }],
    tasks: tasks.map((name) => ({ name, description: 'Work.', expected_output: 'A word', agent: 'ada' })),
  });
}

const answersOf = async (...args: string[]): Promise<string[]> => {
  const run = runOf(await command.run([...args, '--json']));
  return JSON.parse(run.results[0]?.result ?? '[]');
};

describe('A run with a script tool', () => {
  it('A script gets the arguments and the files of the workspace, and its value is the answer.', async () => {
    const file = await crewCalling([
      { scores: [3, 9, 4], file: 'out/best.txt' },
      { scores: [1], file: null },
    ]);
    expect(await answersOf('run', file, '--trust')).toEqual([
      '{"best":9,"files":["out/"]}',
      '{"best":1,"files":["out/"]}',
    ]);
    expect(await readFile(command.path(folder, 'workspace', 'out', 'best.txt'), 'utf8')).toBe('9');
  });

  it('Wrong arguments are answered with what is right, and are not counted as calls.', async () => {
    const file = await crewCalling([{ scores: 'high' }, {}, [], { scores: [2] }], { tool: { max_calls: 1 } });
    const [wrong, missing, list, right] = await answersOf('run', file, '--trust');
    expect(wrong).toMatch(
      /^The arguments of rank are invalid: .*expected array.*scores.* Its parameters: \{.*"scores"/,
    );
    expect(missing).toMatch(/expected array.*scores/);
    expect(list).toContain('expected object');
    expect(right).toBe('{"best":2,"files":[]}');
  });

  it('An endless script ends after timeout_s.', async () => {
    await writeFile(command.path(folder, 'tools', 'rank.js'), 'export default () => { for (;;); }');
    const file = await crewCalling([{ scores: [1] }], { tool: { timeout_s: 0.5 } });
    expect(await answersOf('run', file, '--trust')).toEqual(['rank gave no answer within 0.5 s (timeout_s).']);
  });

  it('A script that fails, writes outside or gives too much is answered with the reason.', async () => {
    const script = `export default ({ scores: [what] }, files) => {
      if (what === 2) files.write('../out.txt', 'x');
      if (what === 3) files.write('.git/hooks/x', 'x');
      if (what === 4) return 'x'.repeat(5000);
      throw new Error('what ' + what);
    };`;
    await writeFile(command.path(folder, 'tools', 'rank.js'), script);
    const calls = [2, 3, 4, 5].map((what) => ({ scores: [what] }));
    const file = await crewCalling(calls, { tool: { answer_characters: 1000 } });
    const [outside, hooks, long, failed] = await answersOf('run', file, '--trust');
    expect(outside).toContain('outside the workspace');
    expect(hooks).toContain('cannot be written');
    expect(long).toHaveLength(1000);
    expect(failed).toBe('rank failed: Error: what 5 (line 5)');
  });

  it('A script needs trust as it is, also of a trusted folder, and a change needs it again.', async () => {
    const file = await crewCalling([{ scores: [1] }]);
    await command.run(['trust', command.path(folder)]);
    const first = await command.run(['run', file]);
    expect(first).toMatchObject({ code: 2, stderr: expect.stringContaining('Runs: tools/rank.js') });
    expect(model.received).toEqual([]);
    await command.run(['trust', file]);
    expect(await command.run(['run', file])).toMatchObject({ code: 0 });
    await writeFile(command.path(folder, 'tools', 'rank.js'), `${SCRIPT}\n// changed`);
    expect(await command.run(['run', file])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Runs: tools/rank.js'),
    });
  });

  it('A rehearsal calls the script without trust.', async () => {
    const file = await crewCalling([]);
    const text = (await readFile(file, 'utf8')).replace('"Work."', '"Use rank and report."');
    await writeFile(file, text);
    const rehearsed = await command.run(['run', file, '--provider', 'rehearsal', '--json']);
    const events = await eventsOf(runOf(rehearsed).run_dir);
    const calls = events.flatMap((event) => (event.type === 'tool.call' ? [event] : []));
    expect(calls).toMatchObject([{ name: 'rank', ok: true, measured: { listing: true } }]);
    expect(calls[0]).not.toHaveProperty('rehearsed');
  });

  it('A rerun uses the script as it was, and a rerun of stale tasks compares it.', async () => {
    const file = await crewCalling([{ scores: [1, 2] }]);
    const first = runOf(await command.run(['run', file, '--trust', '--json']));
    await writeFile(command.path(folder, 'tools', 'rank.js'), 'export default () => "new"');
    expect(await answersOf('rerun', first.run_dir, '--only', 'one')).toEqual(['{"best":2,"files":[]}']);
    const stale = await command.run(['rerun', first.run_dir, '--stale', '--trust', '--json']);
    expect(JSON.parse(runOf(stale).results[0]?.result ?? '')).toEqual(['new']);
    await rename(command.path(folder, 'tools'), command.path(folder, 'gone'));
    expect(await answersOf('rerun', first.run_dir, '--only', 'one')).toEqual(['{"best":2,"files":[]}']);
  });

  it.each([
    ['tools/missing.js', 'it does not exist'],
    ['../outside.js', 'its path has ".." in it'],
    ['/etc/passwd', 'its path is an absolute path'],
    ['.hidden/rank.js', 'begins with a dot'],
    ['tools', 'it is a folder'],
    ['tools/', 'its path names a folder'],
    ['tools/link.js', 'it is a link'],
    ['linked/rank.js', 'linked is a link or a file'],
    ['tools/large.js', 'it is larger than 1 MiB'],
    ['tools/binary.js', 'it is not text in UTF-8'],
  ])('The script %s is refused before anything starts.', async (script, reason) => {
    const at = (...names: string[]) => command.path(folder, 'tools', ...names);
    await writeFile(command.path('outside.js'), SCRIPT);
    await writeFile(at('large.js'), ' '.repeat(1024 * 1024 + 1));
    await writeFile(at('binary.js'), Buffer.from([0xff, 0xfe, 0xff]));
    await symlink(command.path('outside.js'), at('link.js'));
    await symlink(at(), command.path(folder, 'linked'));
    const file = await crewCalling([{ scores: [1] }], { script });
    for (const args of [
      ['run', file, '--trust'],
      ['validate', file],
    ]) {
      const ended = await command.run([...args, '--json']);
      expect(ended.code).toBe(2);
      expect(problemsOf(ended)[0]).toMatchObject({ path: 'tools[0].script', message: expect.stringContaining(reason) });
    }
    expect(model.received).toEqual([]);
  });
});
