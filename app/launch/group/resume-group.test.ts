import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IN_PROCESS } from '../../../shared/expressions/testing/in-process.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import { STARTED } from '../../../shared/run/testing/started.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import { InstantHost } from '../../engine/testing/instant-host.ts';
import { dataFolders } from '../data-folder.ts';
import { resumeGroup } from './resume-group.ts';

const ID = '20260101T000000000-000001';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crewlane-resume-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Stores an interrupted rehearsal of a crew whose task writes `{topic}.md`. @returns its folder */
async function storeRun(task: object, inputs: Record<string, string>): Promise<string> {
  const dir = join(root, 'runs', ID);
  const workspace = join(root, 'workspace');
  await mkdir(workspace);
  await mkdir(dir, { recursive: true });
  const crew = {
    format: 'crewlane/1',
    name: 'crew',
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
    tasks: [{ name: 'draft', description: 'Do it', expected_output: 'A word', agent: 'ada', ...task }],
  };
  const settings = { ...STARTED.settings, slots: 1, provider: 'rehearsal', workspace };
  const started: EventDraft = { ...STARTED, run: ID, file: null, settings, rehearsal: true, inputs };
  await writeFile(join(dir, 'project.crew.json'), JSON.stringify(crew));
  await writeFile(join(dir, 'events.jsonl'), `${JSON.stringify({ ...started, seq: 1, t: 0 })}\n`);
  return dir;
}

function resume(dir: string, host?: SlotHost) {
  return resumeGroup({
    dir,
    keyFor: () => null,
    folders: dataFolders(root),
    host: () => {
      if (host) return host;
      throw new Error('No slots are started for a refused run.');
    },
    versions: {},
    evaluator: IN_PROCESS,
  });
}

test.each([
  ['leaves the workspace', { output_file: '{topic}.md' }, { topic: '../../escaped' }],
  ['is acted on by programs', { output_file: '{topic}' }, { topic: '.git/config' }],
])('A resumed run is refused if a filled output_file %s, as a new run is.', async (_why, task, inputs) => {
  const dir = await storeRun(task, inputs);
  expect(await resume(dir)).toMatchObject({ ok: false, problems: [{ path: 'tasks[0].output_file' }] });
});

test('A resumed run is refused if its crew file was changed to one that cannot run.', async () => {
  const dir = await storeRun({ context: ['missing'] }, {});
  expect(await resume(dir)).toMatchObject({ ok: false });
});

test('A batch whose ID is a path is refused, and nothing is deleted where its rows would be.', async () => {
  const dir = join(root, 'runs', 'batch');
  const workspace = join(root, 'workspace');
  const victim = join(root, 'victim-row-1');
  for (const folder of [dir, workspace, victim]) await mkdir(folder, { recursive: true });
  await writeFile(join(victim, 'thesis.md'), 'The only copy.');
  const crew = {
    format: 'crewlane/1',
    name: 'crew',
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
    tasks: [{ name: 'draft', description: 'Do it', expected_output: 'A word', agent: 'ada' }],
  };
  const record = {
    format: 'crewlane-batch/1',
    batch: '../victim',
    crew: 'crew',
    file: null,
    wall_ms: 0,
    time_zone: 'UTC',
    utc_offset_min: 0,
    slots: 1,
    provider: 'rehearsal',
    base_url: null,
    model: null,
    budget_usd: null,
    typed_base_url: false,
    approve_all: false,
    seed: 1,
    workspace,
    rows: [{}],
  };
  await writeFile(join(dir, 'project.crew.json'), JSON.stringify(crew));
  await writeFile(join(dir, 'batch.json'), JSON.stringify(record));
  const resumed = await resume(dir, new InstantHost());
  if (resumed.ok) await resumed.group.done;
  expect(await readFile(join(victim, 'thesis.md'), 'utf8')).toBe('The only copy.');
  expect(resumed).toMatchObject({ ok: false, failure: { kind: 'journal' } });
});
