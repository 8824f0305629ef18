import { BrowserWindow, nativeTheme } from 'electron';
import type { PushBody } from '../shared/ipc/channels.ts';
import { askAboutRun, askForProject } from './dialogs.ts';
import type { Documents } from './documents.ts';
import type { MenuActions } from './menu.ts';
import type { Runs } from './runs.ts';
import { Session, type Sessions } from './session.ts';
import type { SettingsFile } from './settings.ts';
import { createWindow } from './window.ts';

interface Parts {
  settings: SettingsFile;
  sessions: Sessions;
  documents: Documents;
  runs: Runs;
  dist: string;
  page: string;
}

/** Opens windows, one a crew, and guards what is in them when they close. */
export class Windows implements MenuActions {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    nativeTheme.on('updated', () => {
      const dark = nativeTheme.shouldUseDarkColors;
      for (const session of parts.sessions.all()) session.tell('theme.changed', { dark });
    });
  }

  async open(path: string | null): Promise<void> {
    const { settings, sessions, documents, dist, page } = this.#parts;
    const { found, refused } = await documents.first(path);
    const session = new Session(createWindow(settings, dist, page), { ...found, refused });
    session.shippedFrom = found.shippedFrom;
    sessions.add(session);
    session.documentChanged();
    session.window.on('close', (event) => {
      if (session.mayClose) return;
      event.preventDefault();
      void this.#close(session);
    });
    session.window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) session.pageLoads();
    });
    session.window.webContents.on('render-process-gone', () => session.window.webContents.reload());
  }

  /** A file that the system names: its window comes to the front, or one is opened. Without a file the last one does. */
  async openFromSystem(path: string | null): Promise<void> {
    const { sessions } = this.#parts;
    const known = path === null ? sessions.all().at(-1) : sessions.withFile(path);
    if (!known) return this.open(path);
    if (known.window.isMinimized()) known.window.restore();
    known.window.focus();
  }

  async openBeside(session: Session, path: string | undefined): Promise<void> {
    const chosen = path ?? (await askForProject(session.window, this.#parts.settings.get().lastFolder));
    if (chosen !== null) await this.openFromSystem(chosen);
  }

  command(command: PushBody<'menu.command'>['command']): void {
    const { sessions } = this.#parts;
    const window = BrowserWindow.getFocusedWindow();
    // Where none has the focus, as on a system without a window manager, the menu is the last window's.
    const session = window ? sessions.of(window.webContents) : sessions.all().at(-1);
    if (session) session.tell('menu.command', { command });
    else if (command === 'new' || command === 'open') void this.open(null);
  }

  openRecent(path: string): void {
    void this.openFromSystem(path);
  }

  newWindow(): void {
    void this.open(null);
  }

  async #close(session: Session): Promise<void> {
    const { documents, runs } = this.#parts;
    if (!(await documents.mayReplace(session))) return;
    const run = runs.carriedBy(session);
    if (run && !(await askAboutRun(session.window))) return;
    if (run) {
      run.interrupt('quit');
      await run.done;
    }
    session.mayClose = true;
    if (!session.window.isDestroyed()) session.window.close();
  }
}
