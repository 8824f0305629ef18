import { BrowserWindow, nativeTheme } from 'electron';
import type { Opened } from '../shared/ipc/values.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import type { Crashes } from './crashes.ts';
import { askAboutCrashingPage, askAboutRun, askForCrew } from './dialogs.ts';
import { type Documents, newCrew } from './documents.ts';
import type { MenuActions } from './menu.ts';
import type { Recovery } from './recovery.ts';
import type { Runs } from './runs.ts';
import { addressOf } from './security.ts';
import { Session, type Sessions } from './session.ts';
import type { SettingsFile } from './settings.ts';
import { createWindow } from './window.ts';

interface Deps {
  settings: SettingsFile;
  sessions: Sessions;
  documents: Documents;
  recovery: Recovery;
  work: BackgroundTasks;
  runs: Runs;
  crashes: Crashes;
  dist: string;
  page: string;
}

/** The number of crashes after which a person is asked before a page is reloaded. */
const CRASH_LOOP = { crashes: 8, withinMs: 60_000 };

/** Opens windows, one per crew, and protects unsaved work when they close. */
export class Windows implements MenuActions {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
    nativeTheme.on('updated', () => {
      const dark = nativeTheme.shouldUseDarkColors;
      for (const session of deps.sessions.all()) session.push('theme.changed', { dark });
    });
  }

  /** Opens the windows at the application's start: the named file, and all recovery copies of a crash. */
  async openInitial(path: string | null): Promise<void> {
    if (path !== null) await this.openFile(path);
    await this.#recoverAll();
    if (this.#deps.sessions.all().length === 0) this.newWindow();
  }

  /** Opens a window for each recovery copy. If two copies belong to one file, the later one gets the file. */
  async #recoverAll(): Promise<void> {
    const { recovery, documents, sessions } = this.#deps;
    for (const { content } of await recovery.orphaned()) if (content.path !== null) await this.openFile(content.path);
    for (const copy of await recovery.orphaned()) {
      const session = this.newWindow();
      if (await documents.showUnsaved(session, copy)) continue;
      if (sessions.all().length > 1) session.window.destroy();
    }
  }

  /** Shows the window that has the file open, or opens one at once and reads the file into it. */
  async openFile(path: string): Promise<void> {
    const { sessions, documents } = this.#deps;
    let opening: Session | null = null;
    const open = await sessions.reserve(path, () => {
      opening = this.#create(path);
    });
    if (open) open.bringToFront();
    // TypeScript does not know that the function above was called.
    const created = opening as Session | null;
    if (created) await documents.finishLoading(created, path);
  }

  /** Opens what the system asks for. Without a file, the last window comes to the front. */
  async openFromSystem(path: string | null): Promise<void> {
    if (path !== null) return this.openFile(path);
    const last = this.#deps.sessions.all().at(-1);
    if (last) last.bringToFront();
    else this.newWindow();
  }

  /** Opens a file in a new window. Returns why the file is not a crew, without opening a window. */
  async openInNewWindow(session: Session, path: string | undefined): Promise<Opened> {
    const { settings, documents } = this.#deps;
    const chosen = path ?? (await askForCrew(session.window, settings.get().lastFolder));
    if (chosen === null) return { status: 'cancelled' };
    const found = await documents.read(chosen);
    if (!found.ok) return { status: 'refused', path: chosen, problems: found.problems };
    await this.openFile(chosen);
    return { status: 'cancelled' };
  }

  command(command: string): void {
    const { sessions } = this.#deps;
    const window = BrowserWindow.getFocusedWindow();
    // If no window has the focus, as without a window manager, the menu applies to the last window.
    const session = window ? sessions.of(window.webContents) : sessions.all().at(-1);
    if (session) session.push('menu.command', { command });
    else if (command === 'new' || command === 'open') this.newWindow();
  }

  openRecent(path: string): void {
    void this.openFile(path);
  }

  /** Opens a window with an empty crew. */
  newWindow(): Session {
    return this.#create(null);
  }

  /** @param loading the file that is read into the window */
  #create(loading: string | null): Session {
    const { settings, sessions, recovery, work, dist, page } = this.#deps;
    const load = (path: string) => work.load(path);
    const session = new Session(createWindow(settings, dist, page), { ...newCrew(), loading }, { recovery, load });
    sessions.add(session);
    session.documentChanged();
    session.window.on('close', (event) => {
      if (session.mayClose) return;
      event.preventDefault();
      void this.#close(session);
    });
    session.window.webContents.on('did-start-navigation', ({ url, isMainFrame, isSameDocument }) => {
      // A navigation to anywhere else is refused: the page stays, and continues to listen.
      if (isMainFrame && !isSameDocument && addressOf(url) === addressOf(page)) session.pageLoads();
    });
    this.#reloadAfterCrashes(session.window);
    return session;
  }

  /** Reloads a page whose process ended. If that keeps happening, the person chooses. */
  #reloadAfterCrashes(window: BrowserWindow): void {
    let ends: number[] = [];
    window.webContents.on('render-process-gone', async (_event, { reason, exitCode }) => {
      this.#deps.crashes.record('window crash', new Error(`The page's process ended: ${reason}, code ${exitCode}.`));
      const now = performance.now();
      ends = [...ends.filter((end) => now - end < CRASH_LOOP.withinMs), now];
      if (ends.length > CRASH_LOOP.crashes) {
        ends = [];
        if (!(await askAboutCrashingPage(window))) return window.close();
      }
      if (!window.isDestroyed()) window.webContents.reload();
    });
  }

  async #close(session: Session): Promise<void> {
    const { documents, runs } = this.#deps;
    await session.finishEdits();
    if (!(await documents.confirmReplace(session))) return;
    const run = runs.activeIn(session);
    if (run && !(await askAboutRun(session.window))) return;
    if (run) {
      run.interrupt('quit');
      await run.done;
    }
    await session.copy.remove();
    session.mayClose = true;
    if (!session.window.isDestroyed()) session.window.close();
  }
}
