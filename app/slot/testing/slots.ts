import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { TurnSubmission } from '../../../shared/slot/turn-submission.ts';
import { type Reply, TestProvider } from '../../models/testing/provider.ts';
import { builtSlot, SlotUnderTest } from './slot-process.ts';
import { RUN } from './turns.ts';

// Slots and providers for the tests of a file. Importing this file adds its hooks: providers end after each test, and
// slots whose turns have ended forget them and serve the next test.

let file: string;
/** The workspace for the turns of the file's tests. */
export let workspace: string;
const used = new Set<SlotUnderTest>();
const idle: SlotUnderTest[] = [];
const providers: TestProvider[] = [];

beforeAll(async () => {
  file = await builtSlot();
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-slot-')));
});
afterEach(async () => {
  await Promise.all([...used].map(release));
  await Promise.all(providers.splice(0).map((provider) => provider.stop()));
});
afterAll(async () => {
  await Promise.all(idle.map((slot) => slot.stop()));
  await rm(workspace, { recursive: true, force: true });
});

/** Starts a provider that gives these answers, one after the other. It ends with the test, as the slots do. */
export async function providerOf(...replies: Reply[]): Promise<TestProvider> {
  const provider = await TestProvider.start(...replies);
  providers.push(provider);
  return provider;
}

/** The built entry point of the slot. */
export function slotFile(): string {
  return file;
}

/** Returns a slot without turns: one that an earlier test used and that has forgotten its turns, or a new one. */
export async function readySlot(): Promise<SlotUnderTest> {
  const earlier = idle.pop();
  const slot = earlier ? await earlier.forgotten() : SlotUnderTest.start(file);
  used.add(slot);
  if (!earlier) await slot.ready();
  provide(slot);
  return slot;
}

/**
 * Makes the process of a slot available to another test, or to another turn of this test. Ends a slot that is not idle.
 */
export async function release(slot: SlotUnderTest): Promise<void> {
  if (!used.delete(slot)) return;
  if (slot.isIdle) idle.push(slot);
  else await slot.stop();
}

/** Gives a slot the workspace of the file's tests, and the keys of agents. */
export function provide(slot: SlotUnderTest, keys: Record<string, string> = {}): void {
  slot.send({ type: 'provide', run: RUN, provided: { workspace, keys } });
}

/** Runs a turn in a separate slot to its outcome. */
export async function runTurn(turn: TurnSubmission, given?: SlotUnderTest) {
  const slot = given ?? (await readySlot());
  slot.send({ type: 'turn', turn });
  return { slot, outcome: await slot.outcomeOf(turn.key) };
}
