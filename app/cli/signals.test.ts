import { expect, test } from 'vitest';
import { carryRun } from './carry.ts';
import { carryBatch } from './carry-batch.ts';
import type { Io } from './io.ts';

const forEver = new Promise<never>(() => undefined);

test.each([
  ['run', (io: Io) => carryRun(io, () => forEver, {})],
  ['batch', (io: Io) => carryBatch(io, () => forEver, {})],
])('a second signal ends a %s at once that is still about to start', async (_what, carry) => {
  let signal: () => void = () => undefined;
  const said: string[] = [];
  const io: Io = {
    stdout: () => undefined,
    stderr: (text) => void said.push(text),
    isTerminal: false,
    columns: () => 80,
    person: null,
    onSignal: (listener) => {
      signal = listener;
      return () => undefined;
    },
  };
  const code = carry(io);
  signal();
  expect(said.join('')).toContain('A second signal ends at once');
  signal();
  expect(await code).toBe(3);
});
