import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProjectFolder } from '../crew-file/import/testing/project-folder.ts';
import { BuiltCommand, problemsOf, runOf } from './testing/built-command.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await BuiltCommand.make();
});
afterAll(() => command.remove());

const SCOUT =
  '{ "role": "{sea} scout", "goal": "Find harbors", "backstory": "Sharp eyes.", // "brackets [ in comments\n "llm": "openai/gpt-5-mini", "tools": ["SerperDevTool", "custom:depth"], }';
const CREW = `// The voyage
{
  "name": "Harbor guide",
  "agents": ["scout"],
  "tasks": [
    { "name": "find", "description": "Find harbors of the {sea}.", "expected_output": "A list", "agent": "scout", "async_execution": true },
    { "name": "rate", "description": "Rate them.", "expected_output": "A ranking", "agent": "scout" },
    { "name": "motto", "description": "Write a motto.", "expected_output": "A motto", "agent": "scout", "context": [] },
    { "name": "guide", "description": "Write the guide.", "expected_output": "A guide", "agent": "scout", "output_file": "out/{sea}.md" },
  ],
  "memory": true,
  "inputs": { "sea": "Baltic" },
}`;

async function project(files: Readonly<Record<string, unknown>> = {}): Promise<ProjectFolder> {
  return ProjectFolder.create({ 'crew.jsonc': CREW, 'agents/scout.jsonc': SCOUT, ...files });
}

const out = (name: string) => join(command.folder, name);

describe('import crewai', () => {
  it('A project becomes a crew file that runs in rehearsal, and what is left out is on standard error.', async () => {
    const folder = await project();
    const file = out('guide.crew.json');
    const ended = await command.run(['import', 'crewai', folder.path, '--out', file, '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    const crew = JSON.parse(await readFile(file, 'utf8'));
    expect(crew.tasks.map(({ name, context = [] }: { name: string; context?: string[] }) => [name, context])).toEqual([
      ['find', []],
      ['rate', ['find']],
      ['motto', []],
      ['guide', ['find', 'rate', 'motto']],
    ]);
    expect(crew.extras.import).toEqual(JSON.parse(ended.stdout));
    expect(ended.stderr).toContain('crew.jsonc: memory: memory: true');
    expect(ended.stderr).toContain('agents/scout.jsonc: tools[1]: custom:depth');
    const ran = await command.run(['run', file, '--provider', 'rehearsal', '--json']);
    expect(runOf(ran)).toMatchObject({ outcome: 'completed', completed_tasks: 4 });
    await folder.remove();
  });

  it('An imported crew is not trusted.', async () => {
    const folder = await project();
    const file = out('foreign.crew.json');
    await command.run(['import', 'crewai', folder.path, '--out', file]);
    const ran = await command.run(['run', file, '--json'], { OPENAI_API_KEY: 'sk-test' });
    expect(ran.code).toBe(2);
    expect(problemsOf(ran).map(({ code }) => code)).toContain('consent');
    await folder.remove();
  });

  it('An existing file is replaced only with --replace.', async () => {
    const folder = await project();
    const file = out('mine.crew.json');
    await writeFile(file, 'mine');
    const refused = await command.run(['import', 'crewai', folder.path, '--out', file, '--json']);
    expect(refused.code).toBe(2);
    expect(problemsOf(refused)).toMatchObject([{ code: 'exists' }]);
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect((await command.run(['import', 'crewai', folder.path, '--out', file, '--replace'])).code).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ name: 'Harbor_guide' });
    await folder.remove();
  });
});

describe('a hostile project', () => {
  async function expectRefused(folder: ProjectFolder, text: string): Promise<void> {
    const file = out('refused.crew.json');
    const ended = await command.run(['import', 'crewai', folder.path, '--out', file, '--json']);
    expect(ended.code, ended.stderr).toBe(2);
    expect(
      problemsOf(ended)
        .map(({ message }) => message)
        .join('\n'),
    ).toContain(text);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(file)).toBe(false);
    await folder.remove();
  }

  it('Links are not followed, whether they are a file or a folder on the way.', async () => {
    const secret = await command.write('secret.json', '{ "role": "secret", "goal": "", "backstory": "" }');
    const first = await project();
    await symlink(secret, join(first.path, 'agents', 'thief.jsonc'));
    await first.write('crew.jsonc', CREW.replace('["scout"]', '["scout", "thief"]'));
    await expectRefused(first, 'thief.jsonc could not be read: it is a link.');

    const second = await ProjectFolder.create({ 'crew.jsonc': CREW });
    await mkdir(out('elsewhere'));
    await writeFile(join(out('elsewhere'), 'scout.jsonc'), SCOUT);
    await symlink(out('elsewhere'), join(second.path, 'agents'));
    await expectRefused(second, 'it is in a link');
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'a\\\\b', 'a\\u0007b', 'x'.repeat(300)])(
    'An agent cannot be named %s.',
    async (name) => {
      await expectRefused(
        await project({ 'crew.jsonc': CREW.replace('["scout"]', `["scout", "${name}"]`) }),
        'is not the name',
      );
    },
  );

  it('A large file, deep nesting, broken JSON and a missing agent are refused with their location.', async () => {
    await expectRefused(await project({ 'agents/scout.jsonc': ' '.repeat(3_000_000) }), 'larger than 2 MiB');
    const deep = `{ "llm": ${'['.repeat(50_000)}${']'.repeat(50_000)} }`;
    await expectRefused(await project({ 'agents/scout.jsonc': deep }), 'nested more than');
    await expectRefused(await project({ 'agents/scout.jsonc': '{\n  "role": oops }' }), 'line 2, column 11');
    await expectRefused(
      await project({ 'crew.jsonc': CREW.replace('["scout"]', '["scout", "cook"]') }),
      'agent "cook"',
    );
    await expectRefused(await ProjectFolder.create({ 'README.md': 'Nothing here' }), 'contains no crew.jsonc');
  });

  it('Control characters of the project do not reach the terminal.', async () => {
    const folder = await project({
      'agents/scout.jsonc': SCOUT.replace('custom:depth', 'custom:\\u001b[31mdepth\\u202e'),
    });
    const ended = await command.run(['import', 'crewai', folder.path, '--out', out('control.crew.json')]);
    expect(ended.code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must be absent
    expect(ended.stderr).not.toMatch(/[\u001b\u202e]/);
    await folder.remove();
  });
});

describe('export crewai', () => {
  it('An exported crew can be imported again, and what CrewAI cannot express is on standard error.', async () => {
    const file = command.example('two_steps');
    const folder = out('exported');
    const ended = await command.run(['export', 'crewai', file, '--out', folder, '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ from: 'crewlane' });
    const again = out('again.crew.json');
    const imported = await command.run(['import', 'crewai', folder, '--out', again]);
    expect(imported.code, imported.stderr).toBe(0);
    const texts = async (path: string) => {
      const { tasks } = JSON.parse(await readFile(path, 'utf8'));
      return tasks.map(({ name, description, context }: Record<string, unknown>) => ({ name, description, context }));
    };
    expect(await texts(again)).toEqual(await texts(file));
  });

  it('A folder with content and a file are not replaced.', async () => {
    await mkdir(out('full'));
    await writeFile(join(out('full'), 'notes.txt'), 'mine');
    for (const folder of [out('full'), join(out('full'), 'notes.txt')]) {
      const ended = await command.run(['export', 'crewai', command.example('two_steps'), '--out', folder, '--json']);
      expect(ended.code).toBe(2);
      expect(problemsOf(ended)).toMatchObject([{ code: 'exists' }]);
    }
    expect(await readFile(join(out('full'), 'notes.txt'), 'utf8')).toBe('mine');
  });
});

it('validate reports tasks that run one after another and know nothing of each other.', async () => {
  const task = { description: 'Do it.', expected_output: 'A note', agent: 'scout' };
  const file = await command.write('lane.crew.json', {
    format: 'crewlane/1',
    name: 'lane',
    agents: [{ name: 'scout', role: 'Scout', goal: 'Look' }],
    tasks: [
      { name: 'find', ...task },
      { name: 'guide', ...task },
    ],
  });
  const ended = await command.run(['validate', file, '--json']);
  expect(ended.code).toBe(0);
  expect(problemsOf(ended)).toMatchObject([{ code: 'unrelated_lane', severity: 'warning', path: 'tasks[0]' }]);
});
