import { cp, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBlob, readJournal } from '../engine/journal/read-journal.ts';
import { InstantHost } from '../engine/testing/instant-host.ts';
import { Rig } from '../engine/testing/rig.ts';
import { runObject } from '../reports/run-json.ts';
import { exportGroup } from './group/export-group.ts';
import { loadRun } from './load-run.ts';

/**
 * Run folders of earlier versions: killed and resumed, with failures, leases and votes. The current version must be
 * able to read them. To add one after a change of the journal format: run a crew with that version (the chaos tests
 * produce suitable runs), copy `events.jsonl`, `project.crew.json` and the blobs to a new folder here, replace local
 * paths by `/home/ada/crews`, and store the output of `runObject` as `figures.json`. Never change an existing folder.
 */
const JOURNALS = join(import.meta.dirname, 'testing', 'journals');
const names = await readdir(JOURNALS);

let rig: Rig;
let folder: string;
beforeEach(async () => {
  rig = new Rig();
  folder = await mkdtemp(join(tmpdir(), 'crewlane-released-'));
});
afterEach(async () => {
  rig.remove();
  await rm(folder, { recursive: true, force: true });
});

describe.each(names)('the journal %s', (name) => {
  const dir = join(JOURNALS, name);

  test('The released journal is read completely and gives the same figures.', async () => {
    const loaded = await loadRun(dir);
    if (!loaded.ok) throw new Error(loaded.message);
    const { state, texts, journalBytes } = loaded.run;
    expect(journalBytes).toBe((await readFile(join(dir, 'events.jsonl'))).length);
    const { run_dir: _dir, ...figures } = runObject(state, texts, dir);
    const then: object = JSON.parse(await readFile(join(dir, 'figures.json'), 'utf8'));
    expect(JSON.parse(JSON.stringify(figures))).toMatchObject(then);
  });

  test('The released journal names the processes of its slots by their ids.', async () => {
    const loaded = await loadRun(dir);
    if (!loaded.ok) throw new Error(loaded.message);
    const exits = [...loaded.run.state.slots.values()].flatMap((slot) => slot.exits);
    expect(exits.length).toBeGreaterThan(0);
    for (const { where } of exits) expect(where).toMatch(/^local:\d+$/);
  });

  test('The released journal is exported with all reports.', async () => {
    const exported = await exportGroup(dir, { exact: join(folder, 'reports') });
    if (!exported.ok) throw new Error(exported.message);
    expect(await readdir(exported.folder)).toEqual(
      expect.arrayContaining(['performance_dashboard.md', 'events.jsonl', 'run.json', 'timeline.svg']),
    );
  });

  test('The released journal refers only to existing blobs.', async () => {
    const blobs = new Set(await readdir(join(dir, 'blobs')));
    for (const blob of blobs) expect(await readBlob(dir, blob)).not.toBeNull();
    const named = new Set<string>();
    await readJournal(dir, (event) => {
      if (event.type === 'task.completed' && event.blob !== undefined) named.add(event.blob);
    });
    expect([...named].filter((blob) => !blobs.has(blob))).toEqual([]);
  });

  test('The released journal, truncated anywhere, is resumed and finishes.', async () => {
    const whole = await readFile(join(dir, 'events.jsonl'));
    const first = whole.indexOf(10) + 1;
    for (const share of [0, 0.3, 0.6, 0.9]) {
      const copy = join(folder, `copy-${share}`);
      await cp(dir, copy, { recursive: true });
      await truncate(join(copy, 'events.jsonl'), first + Math.floor((whole.length - first) * share));
      const loaded = await loadRun(copy);
      if (!loaded.ok) throw new Error(loaded.message);
      const resumed = await rig.tryToResume(copy, loaded.run.crew, new InstantHost());
      if (!resumed.ok) throw new Error(resumed.failure.message);
      expect((await resumed.run.done).status).toBe('finished');
    }
  });
});
