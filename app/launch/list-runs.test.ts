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

/** Makes the journal unreadable without changing its size. */
async function corruptJournal(): Promise<void> {
  const { size } = await stat(journal());
  await writeFile(journal(), 'x'.repeat(size));
}

describe('the list of runs', () => {
  test('An unchanged journal is not read again.', async () => {
    const first = await list();
    expect(first).toHaveLength(1);
    const then: object = JSON.parse(await readFile(join(RUN, 'figures.json'), 'utf8'));
    const { results: _results, ...figures } = { results: null, ...then };
    expect(first[0]?.figures).toMatchObject(figures);
    await corruptJournal();
    expect(await list()).toEqual(first);
  });

  test('A journal that has grown is read again.', async () => {
    const whole = await readFile(journal());
    await truncate(journal(), whole.indexOf(10, whole.length / 2) + 1);
    const [interrupted] = await list();
    expect(interrupted?.figures.outcome).toBe('interrupted');
    await writeFile(journal(), whole);
    const [resumed] = await list();
    expect(resumed?.figures.outcome).not.toBe('interrupted');
  });

  test('The overview of a run with an incomplete last line is stored.', async () => {
    await appendFile(journal(), '{"type":"task.rea');
    const first = await list();
    await corruptJournal();
    expect(await list()).toEqual(first);
  });

  test.each([
    ['invalid JSON', '{'],
    ['of another format', '{"format":"crewlane-run-overview/0"}'],
    ['incomplete', '{"format":"crewlane-run-overview/1","journal_bytes":1,"crew":{}}'],
    ['nested too deeply', '['.repeat(20_000)],
  ])('The journal is read if the stored overview is %s.', async (_, content) => {
    const first = await list();
    await writeFile(join(dir, 'overview.json'), content);
    expect(await list()).toEqual(first);
  });

  test('A link under the name of the overview is replaced and its target does not change.', async () => {
    const target = join(runs, 'target.json');
    await writeFile(target, 'mine');
    await symlink(target, join(dir, 'overview.json'));
    expect(await list()).toHaveLength(1);
    expect(await readFile(target, 'utf8')).toBe('mine');
  });

  test('The overview of a run that a process owns is not stored.', async () => {
    const holder = { pid: process.pid, start: null };
    await writeFile(join(dir, 'lock.json'), JSON.stringify({ holder, run: 'run', slots: [] }));
    const [listed] = await list();
    await expect(stat(join(dir, 'overview.json'))).rejects.toThrow();
    expect(listed?.figures.total_tasks).toBeGreaterThan(0);
  });

  test('A folder without a run is not listed.', async () => {
    await rm(journal());
    expect(await list()).toEqual([]);
  });
});
