import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contentHash } from './content-hash.ts';
import { loadLinkedCrew } from './load-linked.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crewlane-link-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const TEXTS = { description: 'Do it.', expected_output: 'A text.' };

/** Writes a crew with one task for each crew file that it names. */
async function write(path: string, names: readonly string[], more: object = {}): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  const tasks = names.map((crew, index) => ({ name: `task${index}`, ...TEXTS, crew }));
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Work' }];
  const own = { name: 'own', ...TEXTS, agent: 'ada' };
  await writeFile(
    file,
    JSON.stringify({ format: 'crewlane/1', name: 'crew', agents, tasks: [own, ...tasks], ...more }, null, 1),
  );
  return file;
}

async function problemsOf(file: string) {
  const loaded = await loadLinkedCrew(file);
  return loaded.problems.map(({ code, message, path }) => ({ code, message, path }));
}

const refused = (message: string, path = 'tasks[1].crew') => [{ code: 'crew_file', message, path }];

test('a crew has the agents of the files that its tasks run, also of nested ones', async () => {
  const file = await write('a.crew.json', ['parts/b.crew.json']);
  await write('parts/b.crew.json', ['deep/c.crew.json']);
  await write('parts/deep/c.crew.json', []);
  const loaded = await loadLinkedCrew(file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  expect(loaded.crew.agents.map(({ name }) => name)).toEqual(['ada', 'parts/b/ada', 'parts/deep/c/ada']);
  expect(Object.keys(loaded.crew.linked?.parts ?? {})).toEqual(['parts/b.crew.json', 'parts/deep/c.crew.json']);
  const before = contentHash(loaded.crew);
  await write('parts/deep/c.crew.json', [], { description: 'Changed' });
  const changed = await loadLinkedCrew(file);
  expect(changed.ok && contentHash(changed.crew)).not.toBe(before);
});

test('a file that contains itself is named with its cycle', async () => {
  const own = await write('f.crew.json', ['g.crew.json']);
  await write('g.crew.json', ['f.crew.json']);
  const cycle = 'f.crew.json, g.crew.json, f.crew.json';
  expect(await problemsOf(own)).toEqual(
    refused(`Crew file "f.crew.json" cannot be used: it contains itself (${cycle}).`),
  );
  const other = await write('a.crew.json', ['f.crew.json']);
  expect(await problemsOf(other)).toEqual(
    refused(`Crew file "f.crew.json" cannot be used: it contains itself (${cycle}).`),
  );
  const itself = await write('h.crew.json', ['h.crew.json']);
  expect(await problemsOf(itself)).toEqual(
    refused('Crew file "h.crew.json" cannot be used: it contains itself (h.crew.json, h.crew.json).'),
  );
});

test('five levels are allowed, and six are not', async () => {
  for (let level = 0; level < 6; level += 1) await write(`l${level}.crew.json`, [`l${level + 1}.crew.json`]);
  await write('l6.crew.json', []);
  expect(await problemsOf(join(folder, 'l1.crew.json'))).toEqual([]);
  expect(await problemsOf(join(folder, 'l0.crew.json'))).toEqual(
    refused('Crew file "l6.crew.json" cannot be used: it is nested deeper than 5.'),
  );
});

test('files that name each other many times are each followed once per level', async () => {
  // Sixty tasks on each of five levels make 780 million ways to the last file.
  for (let level = 1; level < 6; level += 1)
    await write(`l${level}.crew.json`, Array<string>(60).fill(`l${level + 1}.crew.json`));
  await write('l6.crew.json', []);
  expect(await problemsOf(join(folder, 'l1.crew.json'))).toEqual([]);
});

test('fifty files are allowed, and fifty-one are not', async () => {
  const names = Array.from({ length: 51 }, (_, index) => `p${index}.crew.json`);
  for (const name of names) await write(name, []);
  expect(await problemsOf(await write('a.crew.json', names.slice(0, 50)))).toEqual([]);
  expect(await problemsOf(await write('a.crew.json', names))).toEqual(
    refused('Crew file "p50.crew.json" cannot be used: a crew can use at most 50 crew files.', 'tasks[51].crew'),
  );
});

test('problems of a file are problems of the task that runs it, with its line', async () => {
  const file = await write('a.crew.json', ['b.crew.json', 'missing.crew.json']);
  await write('b.crew.json', [], { tasks: [{ name: 'x', ...TEXTS, agent: 'nobody' }] });
  const [first, second] = await problemsOf(file);
  expect(first?.message).toMatch(
    /^Crew file "b\.crew\.json" cannot be used: Task "x" refers to agent "nobody", which does not exist.*\(line \d+\)\.$/,
  );
  expect(second?.message).toMatch(
    /^Crew file "missing\.crew\.json" cannot be used: There is no file .*Check the path\.$/,
  );
  await write('b.crew.json', [], { tasks: [] });
  expect((await problemsOf(file))[0]?.message).toContain('Nothing to run');
});

test.each([
  '../b.crew.json',
  '/b.crew.json',
  'x/../b.crew.json',
  'C:b.crew.json',
  '.x/b.crew.json',
  './b.crew.json',
  'x\\b.crew.json',
  'b',
  'x//b.crew.json',
])('the path %s is refused, also if there is such a file', async (path) => {
  await write('b.crew.json', []);
  await write('.x/b.crew.json', []);
  const [problem, ...others] = await problemsOf(await write('sub/a.crew.json', [path]));
  expect(problem).toMatchObject({ code: 'crew_file', path: 'tasks[1].crew' });
  expect(problem?.message).toContain(`Crew file ${JSON.stringify(path).replaceAll('\\\\', '\\')} cannot be used: `);
  expect(others).toEqual([]);
});

test('a link is not followed, neither as the file nor as its folder', async () => {
  await write('elsewhere/b.crew.json', []);
  const file = await write('in/a.crew.json', ['link.crew.json', 'folder/b.crew.json']);
  await symlink(join(folder, 'elsewhere', 'b.crew.json'), join(folder, 'in', 'link.crew.json'));
  await symlink(join(folder, 'elsewhere'), join(folder, 'in', 'folder'));
  const problems = await problemsOf(file);
  expect(problems.map(({ path }) => path)).toEqual(['tasks[1].crew', 'tasks[2].crew']);
  for (const { message } of problems) expect(message).toContain('link');
});

test('servers and tools of one name must be equal everywhere', async () => {
  const server = (args: string[]) => ({ mcp_servers: { notes: { command: 'node', args } } });
  const file = await write('a.crew.json', ['b.crew.json'], server(['one']));
  await write('b.crew.json', [], server(['one']));
  expect(await problemsOf(file)).toEqual([]);
  await write('b.crew.json', [], server(['two']));
  expect(await problemsOf(file)).toEqual(
    refused(
      'Crew file "b.crew.json" cannot be used: its server "notes" differs from the one of another crew file. Give both the same definition, or rename one.',
    ),
  );
});

test('the task whose result counts must exist in the file', async () => {
  await write('b.crew.json', []);
  const task = { name: 'x', ...TEXTS, crew: 'b.crew.json', result: 'none' };
  const file = await write('a.crew.json', [], { tasks: [task] });
  expect(await problemsOf(file)).toEqual(
    refused('Crew file "b.crew.json" cannot be used: it has no task "none".', 'tasks[0].result'),
  );
});
