import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { TurnAgent, TurnSubmission } from '../../../shared/slot/protocol.ts';
import { type Reply, TestProvider } from '../../models/testing/provider.ts';
import { bundleSlot, SlotUnderTest } from './slot-process.ts';
import { turnFor as submissionOf } from './turns.ts';

// Slots and providers for the tests of a file. To import it is to have them ended after each test.

let bundle: Awaited<ReturnType<typeof bundleSlot>>;
/** Where the turns of the file's tests work. */
export let workspace: string;
const slots: SlotUnderTest[] = [];
const providers: TestProvider[] = [];

beforeAll(async () => {
  bundle = await bundleSlot();
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-slot-')));
});
afterEach(async () => {
  await Promise.all(slots.splice(0).map((slot) => slot.stop()));
  await Promise.all(providers.splice(0).map((provider) => provider.stop()));
});
afterAll(async () => {
  await bundle.remove();
  await rm(workspace, { recursive: true, force: true });
});

/** A provider that gives these answers, one after the other; it ends with the test, as the slots do. */
export async function providerOf(...replies: Reply[]): Promise<TestProvider> {
  const provider = await TestProvider.start(...replies);
  providers.push(provider);
  return provider;
}

/** The slot's entry as it is built. */
export function slotFile(): string {
  return bundle.file;
}

export async function readySlot(): Promise<SlotUnderTest> {
  const slot = new SlotUnderTest(bundle.file);
  slots.push(slot);
  return slot.ready();
}

/** A turn of the file's tests, in their workspace. */
export function turnFor(agent: TurnAgent, more: Partial<TurnSubmission> = {}): TurnSubmission {
  return submissionOf(agent, workspace, more);
}

/** Carries a turn in a slot of its own to its outcome. */
export async function carry(turn: TurnSubmission, slot?: SlotUnderTest) {
  const used = slot ?? (await readySlot());
  used.send({ type: 'turn', turn });
  return { slot: used, outcome: await used.outcomeOf(turn.key) };
}
