import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, test as base, type ElectronApplication, type Page } from 'playwright/test';

const ROOT = resolve(import.meta.dirname, '..');
export const SEED_CREW = join(ROOT, 'examples', 'concurrent_processing', 'concurrent_processing.crew.json');

/** How much faster than real time the rehearsal answers, where a test does not choose. */
const REHEARSAL_SPEED = 4;
/** A ceiling against hanging, for a busy machine. */
const LOADED_WITHIN_MS = 180_000;

interface LaunchOptions {
  /** The crew to open; none gives an empty window. */
  file?: string;
  rehearsalSpeed?: number;
  env?: Record<string, string>;
  /** The data folder of an earlier start; a new one where it is left out. */
  home?: string;
  /** Nobody trusts the crews in the test's folder; otherwise the person trusts them. */
  foreign?: boolean;
}

export interface RunningApp {
  electron: ElectronApplication;
  page: Page;
  /** Settings, history and runs of this start. */
  home: string;
  /** Problems of the page: its errors, and what its content security policy refused. */
  problems: string[];
}

interface Fixtures {
  /** A folder of this test's own, removed after it. */
  folder: string;
  /** Starts the built application with data folders of its own; it is closed after the test. */
  launch: (options?: LaunchOptions) => Promise<RunningApp>;
}

export const test = base.extend<Fixtures>({
  // Playwright reads the fixtures that one needs from the pattern of its first parameter.
  // biome-ignore lint/correctness/noEmptyPattern: this one needs none
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'crewlane-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  launch: async ({ folder }, use) => {
    const started: { electron: ElectronApplication; process: ChildProcess }[] = [];
    await use(async (options = {}) => {
      const home = options.home ?? join(folder, `home-${started.length}`);
      if (!options.foreign) await trustFolder(home, folder);
      const app = await launchApp(home, options);
      // Asked for now: of an application that a test kills it cannot be had any more.
      started.push({ electron: app.electron, process: app.electron.process() });
      return app;
    });
    for (const { electron, process } of started) await close(electron, process);
  },
});

export { expect } from 'playwright/test';

/** What `crewlane trust FOLDER` stores in a new data folder. */
async function trustFolder(home: string, folder: string): Promise<void> {
  const record = { format: 'crewlane-trust/1', own: [], crews: [], folders: [await realpath(folder)], grants: [] };
  await mkdir(home, { recursive: true, mode: 0o700 });
  // An earlier start of the same home has a record of its own.
  await writeFile(join(home, 'trust.json'), JSON.stringify(record), { flag: 'wx', mode: 0o600 }).catch(() => undefined);
}

async function launchApp(home: string, options: LaunchOptions): Promise<RunningApp> {
  const electron = await _electron.launch({
    executablePath: electronExecutable(),
    args: [...asRoot(), `--user-data-dir=${join(home, 'window')}`, ROOT, ...(options.file ? [options.file] : [])],
    // Without this Playwright sets a colour scheme of its own, and the application's theme has no effect.
    colorScheme: null,
    env: {
      ...inheritedEnvironment(),
      CREWLANE_HOME: home,
      CREWLANE_REHEARSAL_SPEED: String(options.rehearsalSpeed ?? REHEARSAL_SPEED),
      ...options.env,
    },
  });
  const page = await electron.firstWindow();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  // While its file is loaded, a window has no toolbar and takes no commands.
  await page.locator('.toolbar').waitFor({ timeout: LOADED_WITHIN_MS });
  return { electron, page, home, problems };
}

/** Ends the application without its question about unsaved changes or a run that goes on. */
async function close(electron: ElectronApplication, process: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => process.once('exit', resolve));
  if (process.exitCode !== null || process.signalCode !== null) return;
  await electron.evaluate(({ app }) => app.exit(0)).catch(() => undefined);
  await ended;
}

/** Obtained by scripts/test.mjs, which says where it is. */
function electronExecutable(): string {
  const path = process.env['CREWLANE_ELECTRON'];
  if (!path)
    throw new Error(
      'Run the tests in the window by: npm test, or set CREWLANE_ELECTRON to the path that npm run electron:path prints.',
    );
  return path;
}

function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
