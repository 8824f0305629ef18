import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IN_PROCESS } from '../../shared/expressions/testing/in-process.ts';
import { makeCrew } from '../../shared/scheduler/testing/rig.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import { dataFolders } from '../launch/data-folder.ts';
import { launchGroup } from '../launch/group/launch-group.ts';
import type { Io } from './io.ts';
import { runToEnd } from './run-to-end.ts';

const never = new Promise<never>(() => undefined);

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crewlane-signals-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A terminal that records standard error and lets the test send signals. */
function recordingTerminal() {
  let signal: () => void = () => undefined;
  const written: string[] = [];
  const io: Io = {
    stdout: () => undefined,
    stderr: (text) => void written.push(text),
    redraw: () => undefined,
    isTerminal: false,
    columns: () => 80,
    terminal: null,
    onSignal: (listener) => {
      signal = listener;
      return () => undefined;
    },
  };
  return { io, signal: () => signal(), output: () => written.join('') };
}

/** Sends two signals. @returns the exit code and the output after the second signal */
async function signalTwice(execute: (io: Io) => Promise<number>, isLaunching: () => boolean = () => true) {
  const { io, signal, output } = recordingTerminal();
  const code = execute(io);
  await expect.poll(isLaunching).toBe(true);
  signal();
  expect(output()).toMatch(/Send a second signal to exit immediately\.\n$/);
  const before = output().length;
  signal();
  return { code: await code, output: output().slice(before) };
}

describe('a second signal during a launch', () => {
  it('A second signal before a folder exists exits immediately without naming a folder.', async () => {
    expect(await signalTwice((io) => runToEnd(io, () => never, {}))).toEqual({ code: 3, output: '' });
  });

  it('A second signal names the folder of a run, whether it can be resumed or had not started.', async () => {
    const launch = (io: Io) =>
      runToEnd(
        io,
        (onFolder) => {
          onFolder(root);
          return never;
        },
        {},
      );
    const notStarted = `Exited immediately. The run had not started. Its folder: ${root}\n`;
    expect(await signalTwice(launch)).toEqual({ code: 3, output: notStarted });
    await writeFile(join(root, 'events.jsonl'), '{}\n');
    expect(await signalTwice(launch)).toEqual({
      code: 3,
      output: `Exited immediately. Resume with: crewlane resume ${root}\n`,
    });
  });

  it('A second signal names the folder of a batch while its rows are being planned.', async () => {
    const folders = dataFolders(join(root, 'home'));
    let isPlanning = false;
    const plan = () => {
      isPlanning = true;
      return never;
    };
    const host: Partial<SlotHost> = { prepare: () => undefined, start: () => undefined };
    const ended = await signalTwice(
      (io) =>
        runToEnd(
          io,
          (onFolder) =>
            launchGroup(
              {
                crew: makeCrew({ tasks: [{ name: 'draft' }] }),
                file: join(root, 'crew.crew.json'),
                overrides: { slots: null, provider: null, baseUrl: null, model: null, workspace: null },
                keyFor: () => null,
                trust: false,
                folders,
                plan,
                evaluator: IN_PROCESS,
                host: host as SlotHost, // No turn runs in this host.
                startedAtMonotonicMs: performance.now(),
                versions: {},
                onFolder,
              },
              { kind: 'batch', values: [{}, {}] },
            ),
          {},
        ),
      () => isPlanning,
    );
    const [batch = ''] = await readdir(folders.runs);
    expect(ended).toEqual({
      code: 3,
      output: `Exited immediately. Resume with: crewlane resume ${join(folders.runs, batch)}\n`,
    });
  });
});
