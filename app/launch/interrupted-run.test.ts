import { cp, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

/** Stores a run of a crew file, whole or cut off in the middle, under a name that sorts by `time`. */
async function addRun(time: number, of: string, isCutOff: boolean): Promise<string> {
  const id = `2026010${time}T000000000-000000`;
  const journal = join(runs, id, 'events.jsonl');
  await cp(RUN, join(runs, id), { recursive: true });
  const text = await readFile(journal, 'utf8');
  const [first = '', ...rest] = text.split('\n');
  const started = JSON.stringify({ ...JSON.parse(first), file: of });
  await writeFile(journal, [started, ...rest].join('\n'));
  const whole = await readFile(journal);
  if (isCutOff) await truncate(journal, whole.indexOf(10, whole.length / 2) + 1);
  return id;
}

const find = (path = file, dismissed: string[] = []) => interruptedRun({ runs }, path, dismissed);

describe('the interrupted run of a crew file', () => {
  test('is its latest run, with time and progress', async () => {
    await addRun(1, file, false);
    const run = await addRun(2, file, true);
    await addRun(3, join(folder, 'other.crew.json'), true);
    const found = await find();
    expect(found).toMatchObject({ run, batch: null, wall_ms: expect.any(Number) });
    expect(found?.total).toBeGreaterThan(found?.done ?? Number.POSITIVE_INFINITY);
  });

  test('is none where a later run has finished, or a person has dismissed it', async () => {
    const run = await addRun(1, file, true);
    expect(await find(file, [run])).toBeNull();
    await addRun(2, file, false);
    expect(await find()).toBeNull();
  });

  test('is found through a link to the file', async () => {
    const run = await addRun(1, file, true);
    await symlink(file, join(folder, 'link.crew.json'));
    expect(await find(join(folder, 'link.crew.json'))).toMatchObject({ run });
  });

  test('is not offered while a process owns it', async () => {
    const run = await addRun(1, file, true);
    const lock = { holder: { pid: process.pid, start: null }, run, slots: [] };
    await writeFile(join(runs, run, 'lock.json'), JSON.stringify(lock));
    expect(await find()).toBeNull();
  });

  test('does not read the journals of other crews beyond their beginning', async () => {
    const run = await addRun(1, file, true);
    const other = await addRun(2, join(folder, 'other.crew.json'), true);
    const journal = join(runs, other, 'events.jsonl');
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, `${text.slice(0, text.indexOf('\n'))}\nnot a journal`);
    expect(await find()).toMatchObject({ run });
    await expect(readFile(join(runs, other, 'overview.json'))).rejects.toThrow();
  });

  test('is none without runs, or with folders that are not runs', async () => {
    expect(await find()).toBeNull();
    await cp(RUN, join(runs, 'strange'), { recursive: true });
    await writeFile(join(runs, 'strange', 'events.jsonl'), '\u0000');
    expect(await find()).toBeNull();
  });
});
