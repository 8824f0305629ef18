import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { withFolder } from '../app/launch/trust/trust-changes.ts';
import { updateTrust } from '../app/launch/trust/trust-store.ts';
import { journalOf } from './journal-checks.ts';
import { runFolders } from './moments.ts';
import type { Owner, OwnerEnd, Victim } from './owner.ts';

const POLL_MS = 50;
const COMPLETED = /^Task (t\d+), completed/;

export interface ApplicationParts {
  /** Electron's executable, and the folder of the built application. */
  electron: string;
  root: string;
}

/**
 * The application as the victim of chaos tests. Tests use its real window, and everything that the window shows
 * counts as acknowledged.
 */
export function applicationVictim(parts: ApplicationParts): Victim {
  let lastCrew = '';
  return {
    name: 'application',
    startMs: 3000,
    reviews: false,
    batches: false,
    signals: ['SIGKILL'],
    start: async ({ file }, home) => {
      lastCrew = file;
      // The person trusts the folder of the crew.
      await updateTrust(join(home, 'trust.json'), (record) => withFolder(record, dirname(file)));
      return launch(parts, file, home, pressRun);
    },
    resume: (_dir, home) => launch(parts, lastCrew, home, pressResume),
    check: async () => [],
  };
}

async function launch(
  { electron: executablePath, root }: ApplicationParts,
  crew: string,
  home: string,
  press: (page: Page) => Promise<void>,
): Promise<Owner> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const electron = await _electron.launch({
    executablePath,
    args: [...asRoot, `--user-data-dir=${join(home, 'window')}`, root, crew],
    env: { ...inherited(), CREWLANE_HOME: home },
  });
  return new Application(electron, home, press);
}

class Application implements Owner {
  readonly pid: number;
  readonly ended: Promise<OwnerEnd>;
  readonly over: Promise<unknown>;
  readonly #electron: ElectronApplication;
  readonly #completed = new Set<string>();
  #isOver = false;

  constructor(electron: ElectronApplication, home: string, press: (page: Page) => Promise<void>) {
    const child = electron.process();
    this.#electron = electron;
    this.pid = child.pid ?? 0;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code) => resolve({ code, stdout: '', stderr: '' }));
    });
    this.over = Promise.race([this.ended, this.#finished(home)]).finally(() => {
      this.#isOver = true;
    });
    // A window that was killed no longer answers.
    this.#use(press).catch(() => undefined);
  }

  async acknowledged(): Promise<readonly string[]> {
    return [...this.#completed];
  }

  async close(): Promise<void> {
    await this.#electron.evaluate(({ app }) => app.exit(0)).catch(() => undefined);
  }

  async #use(press: (page: Page) => Promise<void>): Promise<void> {
    const page = await this.#electron.firstWindow();
    await press(page);
    const tasks = page.getByRole('region', { name: 'Crew canvas' }).getByLabel(COMPLETED);
    while (!this.#isOver) {
      const labels = await tasks.evaluateAll((nodes) => nodes.map((node) => node.getAttribute('aria-label') ?? ''));
      for (const label of labels) this.#completed.add(COMPLETED.exec(label)?.[1] ?? '');
      await delay(POLL_MS);
    }
  }

  async #finished(home: string): Promise<void> {
    while (!this.#isOver) {
      for (const dir of await runFolders(home)) {
        const journal = await journalOf(dir);
        if (typeof journal !== 'string' && journal.events.at(-1)?.type === 'run.finished') return;
      }
      await delay(POLL_MS);
    }
  }
}

async function pressRun(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
}

async function pressResume(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Runs' }).click();
  const runs = page.getByRole('region', { name: 'Runs' });
  await runs
    .getByRole('button', { name: /^Resume/ })
    .first()
    .click();
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
