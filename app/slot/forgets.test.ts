import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { callsTools, says, TestProvider } from '../models/testing/provider.ts';
import { builtSlot, SlotUnderTest } from './testing/slot-process.ts';

const KEY = 'sk-invented-key-that-has-to-go';
const PATIENCE = { interval: 50 };

let folder: string;
let slot: SlotUnderTest;
let provider: TestProvider;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-forgets-')));
  provider = await TestProvider.start(callsTools(['file_writer', { path: 'a.md', content: 'one' }]), says('Done.'));
  slot = SlotUnderTest.start(await builtSlot(), ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`]);
});
afterAll(async () => {
  await slot.stop();
  await provider.stop();
  await rm(folder, { recursive: true, force: true });
});

function turn(): TurnSubmission {
  return {
    key: { run: 'run', task: 'report', attempt: 1, turn: null },
    agent: {
      name: 'ada',
      role: 'Analyst',
      goal: 'Count',
      system: 'You are ada: Analyst.',
      model: { provider: 'test', base_url: provider.baseUrl, model: 'm', price: null },
      tools: ['file_writer'],
      max_iterations: 5,
    },
    prompt: '# Task: report',
    transcript: [],
    nested_conversations: {},
    coworkers: [],
    rehearsal: false,
    seed: 1,
    timeout_ms: 60_000,
  };
}

/** Returns the number of strings in the memory of the slot process, after garbage collection, that contain the key. */
async function textsWithKey(): Promise<number> {
  const before = await snapshots();
  slot.child.kill('SIGUSR2');
  let strings: string[] = [];
  await expect
    .poll(async () => {
      const [file] = (await snapshots()).filter((name) => !before.includes(name));
      strings = file === undefined ? [] : stringsOf(await readFile(join(folder, file), 'utf8'));
      return strings.length;
    }, PATIENCE)
    .toBeGreaterThan(0);
  return strings.filter((text) => text.includes(KEY)).length;
}

async function snapshots(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.heapsnapshot'));
}

/**
 * Returns no strings while the file is still being written, which its last characters show: parsing an incomplete file would
 * delay the writer.
 */
function stringsOf(snapshot: string): string[] {
  return snapshot.endsWith(']}') ? JSON.parse(snapshot).strings : [];
}

it('a slot that has forgotten its run has no copy of the key in memory', async () => {
  await slot.ready();
  slot.send({ type: 'provide', run: 'run', provided: { workspace: folder, keys: { ada: KEY } } });
  slot.send({ type: 'turn', turn: turn() });
  expect(await slot.outcomeOf(turn().key)).toEqual({ status: 'value', text: 'Done.' });
  expect(await textsWithKey()).toBeGreaterThan(0);
  slot.send({ type: 'acknowledge', key: turn().key, events: 3, outcome: true });
  slot.send({ type: 'forget' });
  await expect.poll(() => slot.said.map(({ type }) => type), PATIENCE).toContain('forgotten');
  expect(await textsWithKey()).toBe(0);
});
