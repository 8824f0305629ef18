import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, readdir, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { expect, test } from './app.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DEVTOOLS_MESSAGE = 'DevTools listening on';

let child: ChildProcess | null = null;
test.afterEach(async () => {
  if (!child || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
});

/** Builds a packaged application: Electron under the application's own name with the application inside. */
async function packagedIn(folder: string): Promise<string> {
  const electron = process.env['CREWLANE_ELECTRON'] ?? '';
  const place = join(folder, 'packaged');
  const inside = join(place, 'resources', 'app');
  await mkdir(inside, { recursive: true });
  for (const name of await readdir(dirname(electron)))
    if (name !== 'resources' && name !== basename(electron))
      await symlink(join(dirname(electron), name), join(place, name));
  for (const name of ['dist', 'examples', 'package.json']) await symlink(join(ROOT, name), join(inside, name));
  await copyFile(electron, join(place, 'crewlane'));
  return join(place, 'crewlane');
}

/** @returns its standard error so far */
async function start(folder: string, env: Record<string, string>): Promise<() => string> {
  const home = join(folder, 'home');
  await mkdir(home);
  const switches = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--remote-debugging-port=0'];
  child = spawn(await packagedIn(folder), switches, {
    env: { ...process.env, CREWLANE_HOME: home, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return () => output;
}

test('a switch does not open a packaged application to other programs', async ({ folder }) => {
  const said = await start(folder, {});
  await expect.poll(said).toContain('--remote-debugging-port is not allowed');
  // The page writes it after Chromium would have opened its port.
  const stored = () => readdir(join(folder, 'home', 'window', 'Local Storage')).catch(() => []);
  await expect.poll(stored).not.toEqual([]);
  expect(said()).not.toContain(DEVTOOLS_MESSAGE);
  expect(await readdir(join(folder, 'home', 'window'))).not.toContain('DevToolsActivePort');
});

test('a test that sets the environment variable can connect', async ({ folder }) => {
  const said = await start(folder, { CREWLANE_REMOTE_DEBUGGING: '1' });
  await expect.poll(said).toContain(DEVTOOLS_MESSAGE);
});
