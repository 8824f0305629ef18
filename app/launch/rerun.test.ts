import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Crew, crewSchema } from '../../shared/project/schema.ts';
import type { EventDraft } from '../../shared/run/events.ts';
import { STARTED } from '../../shared/run/testing/started.ts';
import { staleFor } from './compare.ts';
import { dataFolders } from './data-folder.ts';
import { type RerunAsked, rerunLaunched } from './rerun.ts';

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

type TaskGiven = { name: string; [field: string]: unknown };

function crew(tasks: TaskGiven[], settings: object = {}): Crew {
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

/** A rehearsal of a crew in which these things happened. */
async function ranAs(project: Crew, drafts: EventDraft[], { file = FILE }: { file?: string | null } = {}) {
  const started: EventDraft = {
    ...STARTED,
    run: '20260101T000000000-000001',
    file,
    settings: { ...STARTED.settings, slots: 2, provider: 'rehearsal', workspace: join(root, 'workspace') },
    rehearsal: true,
  };
  const lines = [started, ...drafts].map((draft, index) => JSON.stringify({ ...draft, seq: index + 1, t: index }));
  await writeFile(join(dir, 'project.crew.json'), JSON.stringify(project));
  await writeFile(join(dir, 'events.jsonl'), `${lines.join('\n')}\n`);
}

const done = (task: string, more: object = {}): EventDraft => ({ type: 'task.completed', task, text: task, ...more });

const stale = (project: Crew, file: string | null = FILE) => staleFor(dir, { project, file, ownRuns: [] });

describe('the results of a run, for a crew that is open', () => {
  it('are stale where what they were made from differs, in words', async () => {
    await ranAs(crew([DRAFT, POLISH]), [done('draft'), done('polish')]);
    expect(await stale(crew([{ ...DRAFT, title: 'A draft', category: 'texts' }, POLISH]))).toEqual({});
    expect(await stale(crew([{ ...DRAFT, tools: ['file_reader'] }, POLISH]))).toEqual({ draft: 'has changed: tools' });
    expect(await stale(crew([DRAFT, { ...POLISH, context: [] }]))).toEqual({ polish: 'has changed: context' });
    const other = { ...crew([DRAFT, POLISH]), inputs: { what: 'that' } };
    expect(Object.keys((await stale(other)) ?? {})).toEqual(['draft', 'polish']);
  });

  it('are not compared with another crew', async () => {
    await ranAs(crew([DRAFT]), [done('draft')]);
    expect(await stale(crew([DRAFT]), '/elsewhere/crew.crew.json')).toBeNull();
    expect(await stale(crew([DRAFT]), null)).toBeNull();
  });

  it('are compared with a crew without a file only if the run was started from it', async () => {
    await ranAs(crew([DRAFT]), [done('draft')], { file: null });
    const unsaved = { project: crew([DRAFT]), file: null };
    expect(await staleFor(dir, { ...unsaved, ownRuns: [] })).toBeNull();
    expect(await staleFor(dir, { ...unsaved, ownRuns: ['20260101T000000000-000001'] })).toEqual({});
  });

  it('stay stale once they were kept so, and where a result of their context is younger', async () => {
    const kept = { kept: '20250101T000000000-000001' };
    await ranAs(crew([DRAFT, POLISH]), [done('draft', { ...kept, stale: 'has changed: agent' }), done('polish', kept)]);
    expect(await stale(crew([DRAFT, POLISH]))).toEqual({ draft: 'has changed: agent' });
    await ranAs(crew([DRAFT, POLISH]), [done('polish', kept), done('draft')]);
    expect(await stale(crew([DRAFT, POLISH]))).toEqual({ polish: 'was made from an older result of draft' });
  });
});

describe('a rerun', () => {
  const rerun = (asked: RerunAsked, project: Crew) =>
    rerunLaunched({
      dir,
      asked,
      crew: { project, file: FILE, ownRuns: [] },
      slots: null,
      keyFor: () => null,
      trust: true,
      folders: dataFolders(root),
      host: () => {
        throw new Error('Nothing is to start.');
      },
      startedAtMonotonicMs: 0,
      versions: {},
    });

  it('keeps nothing of a rehearsal for a crew that asks a real model', async () => {
    await ranAs(crew([DRAFT, POLISH]), [done('draft'), done('polish')]);
    const real = crew([DRAFT, POLISH], { base_url: 'http://127.0.0.1:9/v1', model: 'm' });
    for (const kind of ['from', 'only'] as const)
      expect(await rerun({ kind, task: 'polish' }, real)).toMatchObject({ ok: false, failure: { kind: 'rehearsal' } });
    expect(await rerun({ kind: 'failed' }, real)).toMatchObject({ ok: false, failure: { kind: 'rehearsal' } });
    expect(Object.keys((await stale(real)) ?? {})).toEqual(['draft', 'polish']);
  });
});
