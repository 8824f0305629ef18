import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crew } from '../../shared/scheduler/testing/rig.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import { launchBatch } from '../launch/batch/launch-batch.ts';
import { dataFolders } from '../launch/data-folder.ts';
import type { Io } from './io.ts';
import { carryBatch } from './run-batch-to-end.ts';
import { runToEnd } from './run-to-end.ts';

const forEver = new Promise<never>(() => undefined);

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crewlane-signals-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A command's surroundings, in which the test gives the signals. */
function listening() {
  let signal: () => void = () => undefined;
  const said: string[] = [];
  const io: Io = {
    stdout: () => undefined,
    stderr: (text) => void said.push(text),
    redraw: () => undefined,
    isTerminal: false,
    columns: () => 80,
    terminal: null,
    onSignal: (listener) => {
      signal = listener;
      return () => undefined;
    },
  };
  return { io, signal: () => signal(), said: () => said.join('') };
}

/** Signals twice. @returns the exit code, and what was said after the second */
async function interruptTwice(carry: (io: Io) => Promise<number>, isLaunching: () => boolean = () => true) {
  const { io, signal, said } = listening();
  const code = carry(io);
  await expect.poll(isLaunching).toBe(true);
  signal();
  expect(said()).toMatch(/Send a second signal to exit immediately\.\n$/);
  const before = said().length;
  signal();
  return { code: await code, said: said().slice(before) };
}

describe('a second signal before what is launched is under way', () => {
  it('ends it at once, and names no folder where there is none', async () => {
    expect(await interruptTwice((io) => runToEnd(io, () => forEver, {}))).toEqual({ code: 3, said: '' });
    expect(await interruptTwice((io) => carryBatch(io, () => forEver, {}))).toEqual({ code: 3, said: '' });
  });

  it('names the folder of a run that can be gone on with, and of one that had not begun', async () => {
    const launch = (io: Io) =>
      runToEnd(
        io,
        (onFolder) => {
          onFolder(root);
          return forEver;
        },
        {},
      );
    const notBegun = `Exited immediately. The run had not started. Its folder: ${root}\n`;
    expect(await interruptTwice(launch)).toEqual({ code: 3, said: notBegun });
    await writeFile(join(root, 'events.jsonl'), '{}\n');
    expect(await interruptTwice(launch)).toEqual({
      code: 3,
      said: `Exited immediately. Resume with: resume ${root}\n`,
    });
  });

  it('names the folder of a batch, which has one while its rows are still being planned', async () => {
    const folders = dataFolders(join(root, 'home'));
    let isPlanning = false;
    const plan = () => {
      isPlanning = true;
      return forEver;
    };
    const host: Partial<SlotHost> = { prepare: () => undefined };
    const ended = await interruptTwice(
      (io) =>
        carryBatch(
          io,
          (onFolder) =>
            launchBatch({
              project: crew({ tasks: [{ name: 'draft' }] }),
              file: join(root, 'crew.crew.json'),
              rows: [{}, {}],
              overrides: { slots: null, provider: null, baseUrl: null, model: null, workspace: null },
              keyFor: () => null,
              trust: false,
              folders,
              plan,
              host: host as SlotHost, // Nothing runs in it.
              startedAtMonotonicMs: performance.now(),
              versions: {},
              onFolder,
            }),
          {},
        ),
      () => isPlanning,
    );
    const [batch = ''] = await readdir(folders.runs);
    expect(ended).toEqual({ code: 3, said: `Exited immediately. Resume with: resume ${join(folders.runs, batch)}\n` });
  });
});
