import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Crew, crewSchema } from '../../shared/crew/schema.ts';
import { IN_PROCESS } from '../../shared/expressions/testing/in-process.ts';
import type { LocalSlotHost } from '../../shared/slot/local-host.ts';
import { answer, callTool, ModelServer, refuse } from '../cli/testing/model-server.ts';
import type { SlotChild } from '../hosts/child.ts';
import { measureProcesses } from '../hosts/measure.ts';
import { forkSlot, listedEnvironment } from '../hosts/node-host.ts';
import { SlotProcessManager } from '../hosts/slot-pool.ts';
import { builtSlot } from '../slot/testing/slot-process.ts';
import { type DataFolders, dataFolders } from './data-folder.ts';
import type { GroupHandle, RowHandle } from './group/group-handle.ts';
import { launchGroup } from './group/launch-group.ts';
import { resumeGroup } from './group/resume-group.ts';
import type { GroupLaunch } from './group/start-group.ts';
import type { LaunchInput } from './prepare-launch.ts';

const KEY = 'sk-invented-0123456789abcdef';

let root: string;
let folders: DataFolders;
let workspace: string;
let server: ModelServer;
let slotFile: string;
/** All messages of slots in both directions, and all processes. */
const messages: unknown[] = [];
const pids = new Set<number>();

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'crewlane location-')));
  folders = dataFolders(join(root, 'home'));
  workspace = join(root, 'work');
  await mkdir(join(workspace, 'taken'), { recursive: true });
  await writeFile(join(workspace, 'facts.csv'), 'id,name\n1,ant\n');
  server = await ModelServer.start();
  slotFile = await builtSlot();
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

/** Slots that record every message, as the two sides of the channel see it. */
function recordingHost(): LocalSlotHost {
  const spawn = (): SlotChild => {
    const child = forkSlot(slotFile, listedEnvironment(process.env));
    return {
      ...child,
      onMessage: (listener) =>
        child.onMessage((received) => {
          messages.push(...listOf(received));
          listener(received);
        }),
      send: (sent) => {
        messages.push(...listOf(sent));
        child.send(sent);
      },
    };
  };
  const host = new SlotProcessManager(spawn, measureProcesses).host({ lone: true });
  host.watchProcesses((now) => {
    for (const pid of now) pids.add(pid);
  });
  return host;
}

function listOf(sent: unknown): unknown[] {
  return Array.isArray(sent) ? sent : [sent];
}

/** The tool calls of each task, one per model call. The result follows the last. */
const CALLS: Record<string, readonly (readonly [name: string, args: object])[]> = {
  read: [
    ['file_reader', { path: 'none.md' }],
    ['file_reader', { path: 'taken' }],
    ['file_reader', { path: '../../etc/passwd' }],
    ['file_reader', { path: 'facts.csv' }],
  ],
  write: [
    ['file_writer', { path: 'facts.csv/below.md', content: 'x' }],
    ['file_writer', { path: 'taken', content: 'x' }],
    ['file_writer', { path: 'new/one.md', content: 'one' }],
  ],
  query: [
    ['query_data', { sql: "SELECT * FROM 'none.csv'" }],
    ['query_data', { sql: "SELECT nothing FROM 'facts.csv'" }],
    ['query_data', { sql: "SELECT name FROM 'facts.csv'" }],
  ],
  share: [
    ['shared_resource_pool', { action: 'acquire', resource: 'desk' }],
    ['performance_monitor', { action: 'log_milestone', task_name: 'half', details: { done: 1 } }],
    ['shared_resource_pool', { action: 'release', resource: 'desk' }],
  ],
  hand: [['ask_coworker', { coworker: 'bob', question: 'Do help.' }]],
};

const made = new Map<string, number>();

/** Answers a call: the next tool call of its task, an error, or a result. */
function reply(response: ServerResponse, task: string): void {
  const count = made.get(task) ?? 0;
  made.set(task, count + 1);
  const call = CALLS[task]?.[count];
  if (call) callTool(response, ...call);
  else if (task === 'refused') refuse(response, 400, {}, 'The request is wrong.');
  else answer(response, `${task} is done`);
}

function makeCrew(): Crew {
  const tools = ['file_reader', 'file_writer', 'query_data', 'shared_resource_pool', 'performance_monitor'];
  const task = (name: string, more: object = {}) => ({
    name,
    description: `Do ${name}.`,
    expected_output: 'A word',
    agent: 'ada',
    async: true,
    ...more,
  });
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'placed',
    settings: { retries: { max: 1, base_s: 0, cap_s: 0 }, cache: 'read_write' },
    agents: [
      { name: 'ada', role: 'Worker', goal: 'Work', tools, allow_delegation: true },
      { name: 'bob', role: 'Helper', goal: 'Help' },
    ],
    tasks: [
      ...Object.keys(CALLS).map((name) => task(name)),
      task('stored', { output_file: 'taken' }),
      task('kept', { output_file: 'out/kept.md', human_review: 'after' }),
      task('refused'),
      task('killed'),
      task('last', { context: ['read', 'killed'] }),
    ],
  });
}

function input(): LaunchInput {
  return {
    crew: makeCrew(),
    file: join(root, 'placed.crew.json'),
    overrides: {
      slots: 2,
      provider: 'openai_compatible',
      baseUrl: server.baseUrl,
      model: 'm',
      workspace: { path: workspace, by: 'person' },
    },
    keyFor: () => KEY,
    trust: true,
    reviewer: 'approve_all',
    folders,
    host: recordingHost,
    startedAtMonotonicMs: performance.now(),
    versions: { crewlane: 'test' },
    evaluator: IN_PROCESS,
  };
}

/** The group that was launched, and the run of its first row. */
function started(launched: GroupLaunch): { group: GroupHandle; run: RowHandle } {
  const run = launched.ok ? launched.group.rows[0]?.handle : null;
  if (!launched.ok || !run) throw new Error(JSON.stringify(launched));
  return { group: launched.group, run };
}

/** Runs the crew: slots are killed, the run is interrupted in the middle and resumed. */
async function runToTheEnd(): Promise<void> {
  const killed = new Promise<void>((resolve) => {
    server.reply = (response, { task }) => {
      if (task !== 'killed' || made.has(task)) reply(response, task);
      else {
        made.set(task, 1);
        for (const pid of pids) process.kill(pid, 'SIGKILL');
        resolve();
      }
    };
  });
  const first = started(await launchGroup(input(), { kind: 'run', values: {} }));
  await killed;
  await expect.poll(() => first.run.state.tasks.get('killed')?.turns[0]?.result).toBe('crash');
  first.group.interrupt('quit');
  await first.group.done;
  const { keyFor, folders: data, host, versions, evaluator } = input();
  const facts = { folders: data, host, versions, evaluator };
  const again = { dir: first.run.dir, keyFor, reviewer: 'approve_all', ...facts } as const;
  const { group, run } = started(await resumeGroup(again));
  expect((await group.done).status).toBe('ended');
  expect(run.state.tasks.get('stored')?.error?.message).toContain('taken');
  expect(run.state.tasks.get('last')?.status).toBe('completed');
}

async function runRows(): Promise<void> {
  server.reply = (response, { task }) => reply(response, task);
  const values = [{ topic: 'ants' }, { topic: 'bees' }];
  const launched = await launchGroup(input(), { kind: 'batch', values });
  if (!launched.ok) throw new Error(JSON.stringify(launched));
  expect((await launched.group.done).status).toBe('ended');
}

/** Every line of every journal below the data folder. */
async function journalLines(): Promise<string[]> {
  const runs = await readdir(folders.runs);
  const texts = await Promise.all(
    runs.map((run) => readFile(join(folders.runs, run, 'events.jsonl'), 'utf8').catch(() => '')),
  );
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
}

/** The text of a message, without what only `provide` may contain. */
function textOf(message: unknown): string {
  const isProvide = typeof message === 'object' && message !== null && 'provided' in message;
  return JSON.stringify(isProvide ? { ...message, provided: null } : message);
}

/** What a text has of this machine: the folders, the key, or a field whose text names one of the processes. */
function localPartsOf(text: string): string[] {
  const found = [root, KEY].filter((secret) => text.includes(JSON.stringify(secret).slice(1, -1)));
  const processes = [...text.matchAll(/"(?:pid|pids|where|detail|message)":(?:"[^"]*"|\[[^\]]*\]|\d+)/g)]
    .map(([field]) => field)
    .filter((field) => [...pids, process.pid].some((pid) => new RegExp(`\\b${pid}\\b`).test(field)));
  return [...found, ...processes];
}

test('no message to or from a slot and no event of a journal contains a path, a process id or a key of this machine', async () => {
  await runToTheEnd();
  await runRows();
  const lines = await journalLines();
  const types = new Set(messages.map((message) => JSON.parse(textOf(message)).type));
  expect([...types]).toEqual(
    expect.arrayContaining(['provide', 'turn', 'event', 'request', 'answer', 'outcome', 'withdraw']),
  );
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.join('\n')).toMatch(/"type":"slot.exited"/);
  const found = [...messages.map(textOf), ...lines].flatMap((text) => localPartsOf(text).map((part) => [part, text]));
  expect(found).toEqual([]);
  // What the slots were provided is the whole difference: the test would find it.
  expect(JSON.stringify(messages)).toContain(KEY);
  expect(JSON.stringify(messages)).toContain(workspace);
});
