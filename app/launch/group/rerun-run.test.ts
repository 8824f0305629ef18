import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Crew, crewSchema } from '../../../shared/crew/schema.ts';
import { IN_PROCESS } from '../../../shared/expressions/testing/in-process.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import { STARTED } from '../../../shared/run/testing/started.ts';
import { staleFor } from '../compare.ts';
import { dataFolders } from '../data-folder.ts';
import { rerunGroup } from './rerun-group.ts';
import type { RerunSelection } from './rerun-run.ts';

const FILE = '/somewhere/crew.crew.json';
let root: string;
let dir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crewlane-rerun-'));
  dir = join(root, 'runs', '20260101T000000000-000001');
  await mkdir(join(root, 'workspace'));
  await mkdir(dir, { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

type TaskFields = { name: string; [field: string]: unknown };

function makeCrew(tasks: TaskFields[], settings: object = {}): Crew {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    settings,
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
    tasks: tasks.map((task) => ({ description: 'Do {what}', expected_output: 'A word', agent: 'ada', ...task })),
    inputs: { what: 'it' },
  });
}

const DRAFT = { name: 'draft' };
const POLISH = { name: 'polish', context: ['draft'] };

/** Stores a rehearsal of a crew with these events. */
async function storeRun(crew: Crew, drafts: EventDraft[], { file = FILE }: { file?: string | null } = {}) {
  const started: EventDraft = {
    ...STARTED,
    run: '20260101T000000000-000001',
    file,
    settings: { ...STARTED.settings, slots: 2, provider: 'rehearsal', workspace: join(root, 'workspace') },
    rehearsal: true,
  };
  const lines = [started, ...drafts].map((draft, index) => JSON.stringify({ ...draft, seq: index + 1, t: index }));
  await writeFile(join(dir, 'project.crew.json'), JSON.stringify(crew));
  await writeFile(join(dir, 'events.jsonl'), `${lines.join('\n')}\n`);
}

const done = (task: string, more: object = {}): EventDraft => ({ type: 'task.completed', task, text: task, ...more });

const stale = (crew: Crew, file: string | null = FILE) => staleFor(dir, { crew, file, ownRuns: [] });

describe('the results of a run compared with an open crew', () => {
  it('A result is stale if its inputs changed, and the reason names them.', async () => {
    await storeRun(makeCrew([DRAFT, POLISH]), [done('draft'), done('polish')]);
    expect(await stale(makeCrew([{ ...DRAFT, title: 'A draft', category: 'texts' }, POLISH]))).toEqual({});
    expect(await stale(makeCrew([{ ...DRAFT, tools: ['file_reader'] }, POLISH]))).toEqual({
      draft: 'has changed: tools',
    });
    expect(await stale(makeCrew([DRAFT, { ...POLISH, context: [] }]))).toEqual({ polish: 'has changed: context' });
    const other = { ...makeCrew([DRAFT, POLISH]), inputs: { what: 'that' } };
    expect(Object.keys((await stale(other)) ?? {})).toEqual(['draft', 'polish']);
  });

  it('A run of another crew is not compared.', async () => {
    await storeRun(makeCrew([DRAFT]), [done('draft')]);
    expect(await stale(makeCrew([DRAFT]), '/elsewhere/crew.crew.json')).toBeNull();
    expect(await stale(makeCrew([DRAFT]), null)).toBeNull();
  });

  it('A run is compared with an unsaved crew only if it was started from it.', async () => {
    await storeRun(makeCrew([DRAFT]), [done('draft')], { file: null });
    const unsaved = { crew: makeCrew([DRAFT]), file: null };
    expect(await staleFor(dir, { ...unsaved, ownRuns: [] })).toBeNull();
    expect(await staleFor(dir, { ...unsaved, ownRuns: ['20260101T000000000-000001'] })).toEqual({});
  });

  it('A reused stale result stays stale, and a result older than its context is stale.', async () => {
    const reused = { kept: '20250101T000000000-000001' };
    await storeRun(makeCrew([DRAFT, POLISH]), [
      done('draft', { ...reused, stale: 'has changed: agent' }),
      done('polish', reused),
    ]);
    expect(await stale(makeCrew([DRAFT, POLISH]))).toEqual({ draft: 'has changed: agent' });
    await storeRun(makeCrew([DRAFT, POLISH]), [done('polish', reused), done('draft')]);
    expect(await stale(makeCrew([DRAFT, POLISH]))).toEqual({ polish: 'was made from an older result of draft' });
  });
});

describe('a rerun', () => {
  const rerun = (selection: RerunSelection, crew: Crew) =>
    rerunGroup({
      dir,
      selection,
      crew: { crew, file: FILE, ownRuns: [] },
      slots: null,
      keyFor: () => null,
      trust: true,
      folders: dataFolders(root),
      host: () => {
        throw new Error('No host should start.');
      },
      startedAtMonotonicMs: 0,
      versions: {},
      evaluator: IN_PROCESS,
    });

  it('A rerun with a real model reuses no result of a rehearsal.', async () => {
    await storeRun(makeCrew([DRAFT, POLISH]), [done('draft'), done('polish')]);
    const real = makeCrew([DRAFT, POLISH], { base_url: 'http://127.0.0.1:9/v1', model: 'm' });
    for (const kind of ['from', 'only'] as const)
      expect(await rerun({ kind, task: 'polish' }, real)).toMatchObject({ ok: false, failure: { kind: 'rehearsal' } });
    expect(await rerun({ kind: 'failed' }, real)).toMatchObject({ ok: false, failure: { kind: 'rehearsal' } });
    expect(Object.keys((await stale(real)) ?? {})).toEqual(['draft', 'polish']);
  });
});
