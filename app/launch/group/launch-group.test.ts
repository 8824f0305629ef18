import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IN_PROCESS } from '../../../shared/expressions/testing/in-process.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import { makeCrew } from '../../../shared/scheduler/testing/rig.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import { readJournal } from '../../engine/journal/read-journal.ts';
import { InstantHost } from '../../engine/testing/instant-host.ts';
import { dataFolders } from '../data-folder.ts';
import type { GroupHandle } from './group-handle.ts';
import { type GroupRows, launchGroup } from './launch-group.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crewlane-group-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Starts a rehearsal of a crew with a pool. */
function launch(rows: GroupRows, host: SlotHost) {
  const crew = makeCrew({
    pools: [{ name: 'db', capacity: 1 }],
    tasks: ['left', 'right'].map((name) => ({ name, resources: [{ pool: 'db', units: 1 }] })),
  });
  return launchGroup(
    {
      crew,
      file: null,
      overrides: { slots: 2, provider: null, baseUrl: null, model: null, workspace: null },
      keyFor: () => null,
      trust: true,
      folders: dataFolders(root),
      host,
      startedAtMonotonicMs: performance.now(),
      versions: {},
      evaluator: IN_PROCESS,
    },
    rows,
  );
}

async function launched(rows: GroupRows, host: SlotHost = new InstantHost()): Promise<GroupHandle> {
  const result = await launch(rows, host);
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.group;
}

async function journalOf(dir: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  await readJournal(dir, (event) => events.push(event));
  return events;
}

/** A host whose slots never become ready. */
class IdleHost extends InstantHost {
  stops = 0;

  override start(): void {}

  override stop = async () => {
    this.stops += 1;
  };
}

/** Events that exist only where slots are granted. */
const isGrant = ({ type }: RunEvent) => ['slot.granted', 'slot.returned', 'pool.room'].includes(type);

test('A run is a group with one row that has the ID of the group, and its journal contains no grants.', async () => {
  const group = await launched({ kind: 'run', values: {} });
  expect(await group.done).toEqual({ status: 'ended' });
  const end = { status: 'finished', outcome: 'completed' };
  expect(group.rows).toMatchObject([
    { row: 1, run: group.id, dir: group.dir, status: 'ended', progress: { done: 2, total: 2 }, end },
  ]);
  const events = await journalOf(group.dir);
  expect(events.at(-1)?.type).toBe('run.finished');
  expect(events[0]).not.toHaveProperty('batch');
  expect(events.filter(isGrant)).toEqual([]);
});

test('A batch with one row grants slots to the row, as a larger batch does.', async () => {
  const group = await launched({ kind: 'batch', values: [{ topic: 'ants' }] });
  expect(await group.done).toEqual({ status: 'ended' });
  const [row] = group.rows;
  expect(row?.run).toBe(`${group.id}-row-1`);
  const events = await journalOf(row?.dir ?? '');
  expect(events[0]).toMatchObject({ batch: { batch: group.id, row: 1, rows: 1 }, inputs: { topic: 'ants' } });
  expect(events.filter(({ type }) => type === 'slot.granted')).toHaveLength(2);
});

test('A run that cannot lock its workspace is refused, and its slots are stopped.', async () => {
  const first = await launched({ kind: 'run', values: {} }, new IdleHost());
  const host = new IdleHost();
  const refused = await launch({ kind: 'run', values: {} }, host);
  expect(refused).toMatchObject({ ok: false, failure: { kind: 'workspace_locked' } });
  expect(host.stops).toBeGreaterThan(0);
  first.interrupt('signal');
  expect(await first.done).toEqual({ status: 'interrupted', reason: 'signal' });
});
