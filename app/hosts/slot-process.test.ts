import { expect, test } from 'vitest';
import type { SlotChild } from './child.ts';
import { SlotProcess } from './slot-process.ts';

const KEEPER = { ready: () => undefined, exited: () => undefined };
/** Longer than the test may take, so that the test passes only with an immediate kill. */
const GRACE_MS = 3_600_000;

/** A child that records the messages that it receives; `message` simulates a message from it. */
function recordedChild() {
  const seen: string[] = [];
  let listener: (message: unknown) => void = () => undefined;
  const child: SlotChild = {
    onStart: (started) => started(1),
    onMessage: (onMessage) => {
      listener = onMessage;
    },
    onExit: () => undefined,
    send: () => seen.push('message'),
    kill: () => seen.push('kill'),
  };
  return { child, seen, message: (message: unknown) => listener([message]) };
}

test('a process that is still starting is killed at once when it must end', () => {
  const { child, seen } = recordedChild();
  new SlotProcess(child, KEEPER).end(GRACE_MS);
  expect(seen).toEqual(['kill']);
});

test('a ready process is asked to end and has time to do so', async () => {
  const { child, seen, message } = recordedChild();
  const process = new SlotProcess(child, KEEPER);
  message({ type: 'ready' });
  process.end(GRACE_MS);
  await expect.poll(() => seen).toEqual(['message']);
});
