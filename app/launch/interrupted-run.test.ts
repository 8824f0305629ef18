import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeLocalFacts } from '../engine/journal/local-facts.ts';
import { interruptedRun } from './interrupted-run.ts';

const RUN = join(import.meta.dirname, 'testing', 'journals', '2026-11-hierarchical');

let folder: string;
let runs: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crewlane-interrupted-'));
  runs = join(folder, 'runs');
  file = join(folder, 'team.crew.json');
  await writeFile(file, '{}');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Stores a complete or truncated run of a crew file under a name that sorts by `time`. */
async function addRun(time: number, of: string, isTruncated: boolean): Promise<string> {
  const id = `2026010${time}T000000000-000000`;
  const journal = join(runs, id, 'events.jsonl');
  await cp(RUN, join(runs, id), { recursive: true });
  const text = await readFile(journal, 'utf8');
  const [first = '', ...rest] = text.split('\n');
  const started = JSON.stringify({ ...JSON.parse(first), file: of });
  await writeFile(journal, [started, ...rest].join('\n'));
  const whole = await readFile(journal);
  if (isTruncated) await truncate(journal, whole.indexOf(10, whole.length / 2) + 1);
  return id;
}

const find = (path = file, dismissed: string[] = []) => interruptedRun({ runs }, path, dismissed);

/** Moves the paths in a journal of an earlier version to the file that has them now. */
async function moveToLocalFacts(id: string): Promise<void> {
  const journal = join(runs, id, 'events.jsonl');
  const [first = '', ...rest] = (await readFile(journal, 'utf8')).split('\n');
  const { file: of, settings, ...started } = JSON.parse(first);
  const { workspace, ...others } = settings;
  await writeFile(journal, [JSON.stringify({ ...started, settings: others }), ...rest].join('\n'));
  await writeLocalFacts(join(runs, id), { workspace, file: of });
}

describe('the interrupted run of a crew file', () => {
  test('The interrupted run of this version is found as those of earlier versions are.', async () => {
    const run = await addRun(1, file, true);
    const other = await addRun(2, join(folder, 'other.crew.json'), true);
    for (const id of [run, other]) await moveToLocalFacts(id);
    expect(await find()).toMatchObject({ run });
    expect(await find(join(folder, 'other.crew.json'))).toMatchObject({ run: other });
    expect(await find(join(folder, 'third.crew.json'))).toBeNull();
  });

  test('The interrupted run of a crew file is its latest run, with time and progress.', async () => {
    await addRun(1, file, false);
    const run = await addRun(2, file, true);
    await addRun(3, join(folder, 'other.crew.json'), true);
    const found = await find();
    expect(found).toMatchObject({ run, batch: null, wall_ms: expect.any(Number) });
    expect(found?.total).toBeGreaterThan(found?.done ?? Number.POSITIVE_INFINITY);
  });

  test('No interrupted run is offered if a later run finished or a person dismissed it.', async () => {
    const run = await addRun(1, file, true);
    expect(await find(file, [run])).toBeNull();
    await addRun(2, file, false);
    expect(await find()).toBeNull();
  });

  test('An interrupted run is found through a link to the crew file.', async () => {
    const run = await addRun(1, file, true);
    await symlink(file, join(folder, 'link.crew.json'));
    expect(await find(join(folder, 'link.crew.json'))).toMatchObject({ run });
  });

  test('An interrupted run is not offered while a process owns it.', async () => {
    const run = await addRun(1, file, true);
    const lock = { holder: { pid: process.pid, start: null }, run, slots: [] };
    await writeFile(join(runs, run, 'lock.json'), JSON.stringify(lock));
    expect(await find()).toBeNull();
  });

  test('Only the beginning of the journals of other crews is read.', async () => {
    const run = await addRun(1, file, true);
    const other = await addRun(2, join(folder, 'other.crew.json'), true);
    const journal = join(runs, other, 'events.jsonl');
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, `${text.slice(0, text.indexOf('\n'))}\nnot a journal`);
    expect(await find()).toMatchObject({ run });
    await expect(readFile(join(runs, other, 'overview.json'))).rejects.toThrow();
  });

  test.skipIf(process.platform === 'win32')('A pipe in place of a journal is not waited for.', async () => {
    const run = await addRun(1, file, true);
    // More pipes than threads that could wait for them.
    for (let pipe = 1; pipe <= 8; pipe += 1) {
      await mkdir(join(runs, `2026020${pipe}`));
      execFileSync('mkfifo', [join(runs, `2026020${pipe}`, 'events.jsonl')]);
    }
    expect(await find()).toMatchObject({ run });
  });

  test('No interrupted run is found without runs or with unreadable run folders.', async () => {
    expect(await find()).toBeNull();
    await cp(RUN, join(runs, 'strange'), { recursive: true });
    await writeFile(join(runs, 'strange', 'events.jsonl'), '\u0000');
    expect(await find()).toBeNull();
  });
});
