import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, test as base, type ElectronApplication, type Page } from 'playwright/test';
import { closeWindows, openWindow, shareApplication } from './shared-application.ts';
import { whenIdle } from './when-idle.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** A crew whose tasks query data: a run takes seconds of processor time, even in a fast rehearsal. */
export const SEED_CREW = join(ROOT, 'examples', 'concurrent_processing', 'concurrent_processing.crew.json');
/** A crew with the tasks `draft` and `polish`, without tools. */
export const TWO_STEPS = join(ROOT, 'examples', 'two_steps', 'two_steps.crew.json');

/** The default factor by which the rehearsal answers faster than real time. */
const REHEARSAL_SPEED = 4;
/** A generous timeout for windows and actions, for a busy machine. */
const LOADED_WITHIN_MS = 180_000;

interface OpenOptions {
  /** The crew to open; default: an empty window. */
  file?: string;
  rehearsalSpeed?: number;
}

interface LaunchOptions extends OpenOptions {
  env?: Record<string, string>;
  /** The data folder of an earlier start; default: a new one. */
  home?: string;
  /** Whether the crews in the test's folder are foreign; default: they are trusted. */
  foreign?: boolean;
}

export interface RunningApp {
  electron: ElectronApplication;
  page: Page;
  /** Settings, history and runs of this start. */
  home: string;
  /** Problems of the page: its errors and its violations of the content security policy. */
  problems: string[];
}

interface Fixtures {
  /** A separate folder for each test, removed afterwards. */
  folder: string;
  /**
   * Opens a window in the shared application, without other windows and runs. Its windows are closed after the test.
   * Call it at most once per test; open a second crew as a person does.
   */
  open: (options?: OpenOptions) => Promise<RunningApp>;
  /**
   * Starts a separate application with its own data folders, and closes it after the test. For tests of its start and
   * end, and of data that outlives a window.
   */
  launch: (options?: LaunchOptions) => Promise<RunningApp>;
}

interface SharedFixtures {
  /** The parent of all test folders of a worker. The crews in it are trusted. */
  place: string;
  /** The shared application, started by the first test that opens a window in it. */
  shared: { electron: ElectronApplication; home: string };
}

export const test = base.extend<Fixtures, SharedFixtures>({
  place: [
    // Playwright reads the required fixtures from the pattern of the first parameter.
    // biome-ignore lint/correctness/noEmptyPattern: this one needs none
    async ({}, use) => {
      const place = await mkdtemp(join(tmpdir(), 'crewlane-e2e-'));
      await use(place);
      await rm(place, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker' },
  ],
  shared: [
    async ({ place }, use) => {
      const home = join(place, 'home');
      await trustFolder(home, place);
      const { electron } = await launchApp(home, {});
      const process = electron.process();
      await shareApplication(electron);
      await closeWindows(electron, home);
      await use({ electron, home });
      await close(electron, process);
    },
    { scope: 'worker' },
  ],
  folder: async ({ place }, use) => {
    const folder = await mkdtemp(join(place, 'test-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  open: async ({ shared: { electron, home } }, use) => {
    await use(async ({ file, rehearsalSpeed = REHEARSAL_SPEED } = {}) => {
      const page = await openWindow(electron, file ?? null, rehearsalSpeed);
      return { electron, page, home, problems: await watched(page) };
    });
    await closeWindows(electron, home);
  },
  launch: async ({ folder }, use) => {
    const started: { electron: ElectronApplication; process: ChildProcess }[] = [];
    await use(async (options = {}) => {
      const home = options.home ?? join(folder, `home-${started.length}`);
      if (!options.foreign) await trustFolder(home, folder);
      const app = await launchApp(home, options);
      // Read now: it is not available after a test has killed the application.
      started.push({ electron: app.electron, process: app.electron.process() });
      return app;
    });
    for (const { electron, process } of started) await close(electron, process);
  },
});

export { expect } from 'playwright/test';

/** Writes what `crewlane trust FOLDER` stores into a new data folder. */
async function trustFolder(home: string, folder: string): Promise<void> {
  const record = { format: 'crewlane-trust/1', own: [], crews: [], folders: [await realpath(folder)], grants: [] };
  await mkdir(home, { recursive: true, mode: 0o700 });
  // An earlier start of the same home has stored its own trust.
  await writeFile(join(home, 'trust.json'), JSON.stringify(record), { flag: 'wx', mode: 0o600 }).catch(() => undefined);
}

async function launchApp(home: string, options: LaunchOptions): Promise<RunningApp> {
  const electron = await _electron.launch({
    executablePath: electronExecutable(),
    args: [...asRoot(), `--user-data-dir=${join(home, 'window')}`, ROOT, ...(options.file ? [options.file] : [])],
    // Otherwise Playwright sets its own color scheme, and the application's theme has no effect.
    colorScheme: null,
    env: {
      ...inheritedEnvironment(),
      CREWLANE_HOME: home,
      CREWLANE_REHEARSAL_SPEED: String(options.rehearsalSpeed ?? REHEARSAL_SPEED),
      ...options.env,
    },
  });
  electron.context().setDefaultTimeout(LOADED_WITHIN_MS);
  const page = await electron.firstWindow({ timeout: LOADED_WITHIN_MS });
  return { electron, page, home, problems: await watched(page) };
}

/** Waits until a window shows its crew and is idle. Returns the problems of its page, to which later ones are added. */
async function watched(page: Page): Promise<string[]> {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  // While its file is loaded, a window has no toolbar and accepts no commands.
  await page.locator('.toolbar').waitFor();
  await whenIdle(page);
  return problems;
}

/** Ends the application without its questions about unsaved changes and runs in progress. */
async function close(electron: ElectronApplication, process: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => process.once('exit', resolve));
  if (process.exitCode !== null || process.signalCode !== null) return;
  await electron.evaluate(({ app }) => app.exit(0)).catch(() => undefined);
  await ended;
}

/** Electron's executable, which scripts/test.mjs downloads and passes on. */
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
