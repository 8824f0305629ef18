import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltCommand, type CommandOutput, problemsOf } from './testing/built-command.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await BuiltCommand.make();
});
afterAll(() => command.remove());

/** A crew whose run is interrupted by an unanswered review, so that it can be resumed. */
function makeCrew(name: string): Promise<string> {
  return command.write(`${name}.crew.json`, {
    format: 'crewlane/1',
    name,
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
    tasks: [
      {
        name: 'draft',
        description: 'Do {topic}.',
        expected_output: 'A word',
        agent: 'ada',
        async: true,
        output_file: 'draft.md',
        human_review: 'after',
      },
    ],
  });
}

/** Copies a run folder out of the application's runs, as if it came from another machine. */
async function copyElsewhere(dir: string): Promise<string> {
  const copy = command.path('elsewhere', basename(dir));
  await cp(dir, copy, { recursive: true });
  return copy;
}

function folderOf({ stdout }: CommandOutput): string {
  const output = JSON.parse(stdout) as { run_dir?: string; batch_dir?: string }; // The documented output of the command.
  return output.run_dir ?? output.batch_dir ?? '';
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('an external run', () => {
  it.each([['resume'], ['rerun']])(
    'An external rehearsal needs consent before %s uses the workspace that its folder names.',
    async (how) => {
      const chosen = command.path(`chosen-by-${how}`);
      const file = await makeCrew(`chosen_${how}`);
      const first = await command.run(['run', file, '--workspace', chosen, '--json']);
      expect(first.code).toBe(3);
      const dir = await copyElsewhere(folderOf(first));
      await rm(chosen, { recursive: true });
      const args =
        how === 'resume' ? [dir, '--approve-all', '--json'] : [dir, '--only', 'draft', '--approve-all', '--json'];
      const refused = await command.run([how, ...args]);
      expect([refused.code, problemsOf(refused)[0]?.code]).toEqual([2, 'consent']);
      expect(refused.stderr).toContain(chosen);
      expect(await exists(chosen)).toBe(false);
      expect(await command.run([how, ...args, '--trust'])).toMatchObject({ code: 0 });
      expect(await exists(`${chosen}/draft.md`)).toBe(true);
    },
  );

  it('An external rehearsal resumes without consent if the crew file on this machine has the same content.', async () => {
    const file = await makeCrew('same_file');
    const dir = await copyElsewhere(folderOf(await command.run(['run', file, '--json'])));
    await command.write('same_file.crew.json', '{}');
    const refused = await command.run(['resume', dir, '--approve-all', '--json']);
    expect([refused.code, problemsOf(refused)[0]?.code]).toEqual([2, 'consent']);
    await makeCrew('same_file');
    expect(await command.run(['resume', dir, '--approve-all', '--json'])).toMatchObject({ code: 0 });
  });

  it('A run whose folder does not name its workspace is reported, but neither resumed nor repeated.', async () => {
    const dir = await copyElsewhere(folderOf(await command.run(['run', await makeCrew('lost'), '--json'])));
    await rm(join(dir, 'local.json'));
    expect(await command.run(['report', dir, '--out', command.path('reports-of-lost')])).toMatchObject({ code: 0 });
    for (const args of [
      ['resume', dir],
      ['rerun', dir, '--failed'],
    ]) {
      const refused = await command.run([...args, '--trust', '--json']);
      expect([refused.code, problemsOf(refused)[0]?.code]).toEqual([2, 'workspace']);
      expect(refused.stderr).toContain('local.json is missing');
    }
  });

  it('An external batch needs consent before it uses the workspace in its record.', async () => {
    const chosen = command.path('chosen-for-rows');
    const rows = await command.write('rows.csv', 'topic\nants\nbees\n');
    const args = ['run', await makeCrew('rows_crew'), '--inputs', rows, '--workspace', chosen, '--json'];
    const first = await command.run(args);
    expect(first.code).toBe(3);
    const dir = await copyElsewhere(folderOf(first));
    await rm(chosen, { recursive: true });
    const refused = await command.run(['resume', dir, '--approve-all', '--json']);
    expect([refused.code, problemsOf(refused)[0]?.code]).toEqual([2, 'consent']);
    expect(await exists(chosen)).toBe(false);
    expect(await command.run(['resume', dir, '--approve-all', '--trust', '--json'])).toMatchObject({ code: 0 });
    expect((await readdir(`${chosen}/rows`)).sort()).toEqual(['1', '2']);
  });

  it('A row is not resumed if its folder names another workspace than its batch.', async () => {
    const rows = await command.write('rows.csv', 'topic\nants\nbees\n');
    const first = await command.run(['run', await makeCrew('astray'), '--inputs', rows, '--json']);
    const dir = await copyElsewhere(folderOf(first));
    const local = join(`${dir}-row-1`, 'local.json');
    await cp(`${folderOf(first)}-row-1`, `${dir}-row-1`, { recursive: true });
    const text = await readFile(local, 'utf8');
    const other = JSON.stringify({ workspace: command.path('other') }).slice(1, -1);
    await writeFile(local, text.replace(/"workspace":"[^"]*\/rows\/1"/, other));
    const ended = await command.run(['resume', dir, '--approve-all', '--json']);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('the folder of the batch for this row');
    expect(JSON.parse(ended.stdout)).toMatchObject({ rows: [{ outcome: 'interrupted' }, { outcome: 'completed' }] });
    expect(await exists(command.path('other'))).toBe(false);
  });
});
