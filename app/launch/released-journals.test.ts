import { cp, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBlob, readJournal } from '../engine/journal/read-journal.ts';
import { InstantHost } from '../engine/testing/instant-host.ts';
import { Rig } from '../engine/testing/rig.ts';
import { runObject } from '../reports/run-json.ts';
import { exportRun } from './export-run.ts';
import { loadRun } from './load-run.ts';

/**
 * Runs of earlier versions, as their folders were left: killed and resumed, with failures, leases and votes. What is
 * written today has to read them. To add one when the journal's form has changed: let that version run a crew (the chaos
 * leaves good ones), copy `events.jsonl`, `project.crew.json` and the blobs into a new folder here, put
 * `/home/ada/crews` in place of the machine's own paths, and keep what `runObject` says of it as `figures.json`. One that
 * is here stays as it is.
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

  test('is read whole, and its figures are what they were', async () => {
    const loaded = await loadRun(dir);
    if (!loaded.ok) throw new Error(loaded.message);
    const { project, state, texts, journalBytes } = loaded.run;
    expect(journalBytes).toBe((await readFile(join(dir, 'events.jsonl'))).length);
    const { run_dir: _place, ...figures } = runObject(project, state, texts, dir);
    const then: object = JSON.parse(await readFile(join(dir, 'figures.json'), 'utf8'));
    expect(JSON.parse(JSON.stringify(figures))).toMatchObject(then);
  });

  test('is exported with all that belongs to it', async () => {
    const exported = await exportRun(dir, { exact: join(folder, 'reports') });
    if (!exported.ok) throw new Error(exported.message);
    expect(await readdir(exported.folder)).toEqual(
      expect.arrayContaining(['performance_dashboard.md', 'events.jsonl', 'run.json', 'timeline.svg']),
    );
  });

  test('names texts that are there', async () => {
    const blobs = new Set(await readdir(join(dir, 'blobs')));
    for (const blob of blobs) expect(await readBlob(dir, blob)).not.toBeNull();
    const named = new Set<string>();
    await readJournal(dir, (event) => {
      if (event.type === 'task.completed' && event.blob !== undefined) named.add(event.blob);
    });
    expect([...named].filter((blob) => !blobs.has(blob))).toEqual([]);
  });

  test('cut off anywhere, is resumed to its end', async () => {
    const whole = await readFile(join(dir, 'events.jsonl'));
    const first = whole.indexOf(10) + 1;
    for (const share of [0, 0.3, 0.6, 0.9]) {
      const copy = join(folder, `copy-${share}`);
      await cp(dir, copy, { recursive: true });
      await truncate(join(copy, 'events.jsonl'), first + Math.floor((whole.length - first) * share));
      const loaded = await loadRun(copy);
      if (!loaded.ok) throw new Error(loaded.message);
      const resumed = await rig.tryToResume(copy, loaded.run.project, new InstantHost());
      if (!resumed.ok) throw new Error(resumed.failure.message);
      expect((await resumed.run.done).status).toBe('finished');
    }
  });
});
