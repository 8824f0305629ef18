import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Crash, describeError, diagnosticsText, type RecordedCrash, recordCrash } from './diagnostics.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crewlane-diagnostics-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SECRETS = [
  'sk-abcdef123456',
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'a text of the crew',
  homedir(),
  '/home/ann',
];

test.each([
  ['quoted texts', `Unexpected token 'a', "a text of the crew" is not valid JSON`],
  ['an unfinished key', 'Refused with sk-abcdef123456 by the server'],
  ['a token', 'token=ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
  ['a path', `ENOENT: no such file or directory, open ${homedir()}/notes/x.json`],
  ['a path of somebody else', 'reading /home/ann/secret.txt or C:\\Users\\ann\\x'],
  ['an address', 'fetch https://user:sk-abcdef123456@example.org/a failed'],
  ['further lines', 'failed\na text of the crew'],
])('an error is described without %s', (_what, message) => {
  const described = JSON.stringify(describeError(new Error(message), folder));
  for (const secret of SECRETS) expect(described).not.toContain(secret);
  expect(described).not.toContain('ann');
});

test('an error keeps its name, code and location in the application', () => {
  const error = Object.assign(new TypeError('runs.get is not a function'), { code: 'EIO' });
  error.stack = `TypeError: runs.get is not a function\n    at open (file://${folder}/dist/main/main.js:12:7)\n    at /home/ann/other/x.js:3:4\n    at async node:internal/process:5:6`;
  expect(describeError(error, folder)).toEqual({
    name: 'TypeError (EIO)',
    message: 'runs.get is not a function',
    stack: ['at open (dist/main/main.js:12:7)', 'at …/x.js:3:4', 'at async node:internal/process:5:6'],
  });
});

test('the diagnostics name versions, crashes, settings and the last runs, and no file of the user', async () => {
  for (const run of ['run-1', 'run-2']) mkdirSync(join(folder, run));
  const at = '2026-01-01T00:00:00.000Z';
  const crash: RecordedCrash = { at, lastAt: at, times: 1, kind: 'unhandled rejection', error: 'a plain reason' };
  const settings = {
    theme: 'dark' as const,
    recent: ['/home/ann/x.crew.json'],
    bounds: null,
    maximized: false,
    lastFolder: '/home/ann',
    exportFolder: null,
    trusted: [],
    dismissedRuns: [],
    started: true,
  };
  const source = { versions: { crewlane: '1.2.3' }, settings, runs: folder, root: '/app' };
  const text = await diagnosticsText([crash], source);
  expect(text).not.toContain('ann');
  expect(JSON.parse(text)).toMatchObject({
    versions: { crewlane: '1.2.3' },
    crashes: [{ kind: 'unhandled rejection', message: 'a plain reason' }],
    settings: { theme: 'dark', recent_files: 1 },
    last_runs: ['run-1', 'run-2'],
  });
});

test('a repeated error increases a count and displaces no other error', () => {
  const recorded: RecordedCrash[] = [];
  const crash = (at: string, error: unknown): Crash => ({ at, kind: 'uncaught exception', error });
  recordCrash(recorded, crash('first', 'the cause'));
  for (let time = 0; time < 100; time++) recordCrash(recorded, crash(`again ${time}`, 'again'));
  expect(recorded).toEqual([
    { at: 'first', lastAt: 'first', times: 1, kind: 'uncaught exception', error: 'the cause' },
    { at: 'again 0', lastAt: 'again 99', times: 100, kind: 'uncaught exception', error: 'again' },
  ]);
});
