import { appendFile, cp, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listRuns } from './list-runs.ts';

const RUN = join(import.meta.dirname, 'testing', 'journals', '2026-11-hierarchical');

let runs: string;
let dir: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'crewlane-runs-'));
  dir = join(runs, 'run');
  await cp(RUN, dir, { recursive: true });
});
afterEach(() => rm(runs, { recursive: true, force: true }));

const list = () => listRuns({ runs });
const journal = () => join(dir, 'events.jsonl');

/** Makes the journal unreadable without changing its size: whoever reads it afterwards finds no run. */
async function spoil(): Promise<void> {
  const { size } = await stat(journal());
  await writeFile(journal(), 'x'.repeat(size));
}

describe('the list of runs', () => {
  test('does not read a journal again that has not changed', async () => {
    const first = await list();
    expect(first).toHaveLength(1);
    const then: object = JSON.parse(await readFile(join(RUN, 'figures.json'), 'utf8'));
    const { results: _results, ...figures } = { results: null, ...then };
    expect(first[0]?.figures).toMatchObject(figures);
    await spoil();
    expect(await list()).toEqual(first);
  });

  test('reads a journal that has grown, as after a resume', async () => {
    const whole = await readFile(journal());
    await truncate(journal(), whole.indexOf(10, whole.length / 2) + 1);
    const [cutOff] = await list();
    expect(cutOff?.figures.outcome).toBe('interrupted');
    await writeFile(journal(), whole);
    const [resumed] = await list();
    expect(resumed?.figures.outcome).not.toBe('interrupted');
  });

  test('keeps the overview of a run whose last line is incomplete', async () => {
    await appendFile(journal(), '{"type":"task.rea');
    const first = await list();
    await spoil();
    expect(await list()).toEqual(first);
  });

  test.each([
    ['no JSON', '{'],
    ['another format', '{"format":"crewlane-run-overview/0"}'],
    ['another form', '{"format":"crewlane-run-overview/1","journal_bytes":1,"crew":{}}'],
    ['a text that nests deeply', '['.repeat(20_000)],
  ])('reads the journal where the stored overview is %s', async (_, content) => {
    const first = await list();
    await writeFile(join(dir, 'overview.json'), content);
    expect(await list()).toEqual(first);
  });

  test('replaces a link under the name of the overview and leaves the file that it leads to alone', async () => {
    const target = join(runs, 'target.json');
    await writeFile(target, 'mine');
    await symlink(target, join(dir, 'overview.json'));
    expect(await list()).toHaveLength(1);
    expect(await readFile(target, 'utf8')).toBe('mine');
  });

  test('does not store the overview of a run that a process owns', async () => {
    const holder = { pid: process.pid, start: null };
    await writeFile(join(dir, 'lock.json'), JSON.stringify({ holder, run: 'run', slots: [] }));
    const [listed] = await list();
    await expect(stat(join(dir, 'overview.json'))).rejects.toThrow();
    expect(listed?.figures.total_tasks).toBeGreaterThan(0);
  });

  test('leaves out a folder without a run', async () => {
    await rm(journal());
    expect(await list()).toEqual([]);
  });
});
