import type { BrowserWindow, WebContents } from 'electron';
import type { LoadedCrew } from '../app/crew-file/load.ts';
import type { Crew } from '../shared/crew/schema.ts';
import type { PushBody, PushName } from '../shared/ipc/channels.ts';
import type { FileNotice, Notices, OpenDocument } from '../shared/ipc/values.ts';
import type { Origin } from '../shared/trust/permission.ts';
import { FileGuard, type GuardedWindow, type ReloadOffer } from './file-guard.ts';
import { identifyFile, isSameFile } from './file-identity.ts';
import { push } from './ipc.ts';
import type { Recovery, WindowCopy } from './recovery.ts';
import { windowTitles } from './titles.ts';
import type { NamedModel } from './window-overrides.ts';

/** How long the main process waits for a page to finish an entry. */
const FINISH_WITHIN_MS = 5000;

/** One window and its crew. */
export class Session implements GuardedWindow {
  readonly window: BrowserWindow;
  document: OpenDocument;
  /** Whether its page has drawn its crew and is idle. */
  settled = false;
  /** Called when the window shows another crew, has new edits, or has settled. */
  onChange: (() => void) | null = null;
  /** The origin of the crew. Edits in the window do not change it. */
  #origin: Origin;
  /** The file that the window opens with while it is being read. */
  loading: string | null;
  /** The file that the window should have opened with, and why it could not. */
  refused: PushBody<'crew.refused'> | null = null;
  /** The recovery copy of this window's unsaved edits. */
  readonly copy: WindowCopy;
  /** Notices when the file of this window changes. */
  readonly guard: FileGuard;
  /** The last save of this window: each waits for the one before it. */
  saving: Promise<unknown> = Promise.resolve();
  /** Whether the crew differs from the opened or saved one. */
  isTouched = false;
  /** The notices about its file, its recovery copy and an interrupted run. */
  notices: Notices = { file: null, unprotected: null, interrupted: null };
  /** A file that is about to be opened or saved in this window: no other window may open it. */
  reserved: string | null = null;
  /** The file of a template. It is opened as an unsaved crew, so that nobody overwrites it. */
  shippedFrom: string | null = null;
  /** Runs and batches that were started from this crew since it was opened. */
  readonly ownRuns = new Set<string>();
  /** The models that the crew named as it was opened, and as it was read again from disk since. */
  namedModels: readonly NamedModel[];
  /** Files of inputs that a person chose for a batch in this window. */
  readonly chosenInputs = new Set<string>();
  /** The run that the window shows. */
  shownRun: string | null = null;
  /** Tasks of that run whose streamed text is on screen. */
  watched: ReadonlySet<string> = new Set();
  /** Whether the questions before closing were answered, so that the window may close. */
  mayClose = false;
  /** Called when the page has finished the field that was being edited. */
  #onEditsFinished: (() => void) | null = null;
  /** Pushes that are queued until the page listens; null once it does. */
  #queued: (() => void)[] | null = [];

  constructor(
    window: BrowserWindow,
    opened: { document: OpenDocument; origin: Origin; loading: string | null },
    parts: { recovery: Recovery; load: (path: string) => Promise<LoadedCrew> },
  ) {
    this.window = window;
    this.copy = parts.recovery.forWindow((unprotected) => this.#notify({ unprotected }));
    this.guard = new FileGuard(this, parts.load);
    this.document = opened.document;
    this.namedModels = [opened.document.crew.settings];
    this.#origin = opened.origin;
    this.loading = opened.loading;
  }

  /** The origin of the crew in the window. Edits do not change it. */
  get origin(): Origin {
    return this.#origin;
  }

  set origin(origin: Origin) {
    this.#origin = origin;
    this.pushState('crew.origin', { origin });
  }

  /**
   * Pushes a state to the page. `app.start` returns the state too, so a page that does not listen yet misses nothing.
   */
  pushState<Name extends PushName>(name: Name, body: PushBody<Name>): void {
    if (this.#queued === null && !this.window.isDestroyed()) push(this.window.webContents, name, body);
  }

  /** Pushes a message to the page, as soon as it listens. */
  push<Name extends PushName>(name: Name, body: PushBody<Name>): void {
    const send = () => {
      if (!this.window.isDestroyed()) push(this.window.webContents, name, body);
    };
    if (this.#queued) this.#queued.push(send);
    else send();
  }

  /** The page is being loaded or reloaded, and does not listen yet. */
  pageLoads(): void {
    this.#queued ??= [];
    this.guard.offerIgnored();
  }

  /** The page listens: the queued pushes are sent after its first call was answered. */
  pageListens(): void {
    const queued = this.#queued ?? [];
    this.#queued = null;
    setImmediate(() => {
      for (const send of queued) send();
    });
  }

  /**
   * Lets the page finish the current entry and report the crew, so that no typed text is lost. Waits at most
   * `FINISH_WITHIN_MS` for the page.
   */
  async finishEdits(): Promise<void> {
    if (this.#queued !== null || this.window.isDestroyed() || this.window.webContents.isCrashed()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FINISH_WITHIN_MS);
      this.#onEditsFinished = () => {
        clearTimeout(timer);
        resolve();
      };
      this.push('crew.finish', {});
    });
    this.#onEditsFinished = null;
  }

  /** The page has finished the current entry. */
  editsFinished(): void {
    this.#onEditsFinished?.();
  }

  /** Takes over the crew as it is in the window now. */
  setEdited(crew: Crew, edited: boolean, touched: boolean): void {
    this.document = { ...this.document, crew, edited };
    this.isTouched = touched;
    this.documentChanged();
  }

  get fileNotice(): FileNotice | null {
    return this.notices.file;
  }

  showFileNotice(file: FileNotice | null): void {
    this.#notify({ file });
  }

  showInterrupted(interrupted: Notices['interrupted']): void {
    this.#notify({ interrupted });
  }

  offer(offer: ReloadOffer): void {
    this.push('crew.reloaded', offer);
  }

  #notify(change: Partial<Notices>): void {
    const notices = { ...this.notices, ...change };
    if (JSON.stringify(notices) === JSON.stringify(this.notices)) return;
    this.notices = notices;
    this.pushState('app.notices', notices);
  }

  pageSettled(): void {
    this.settled = true;
    this.onChange?.();
  }

  documentChanged(): void {
    this.onChange?.();
    this.window.setDocumentEdited(this.document.edited);
    this.window.setRepresentedFilename(this.document.path ?? '');
  }

  bringToFront(): void {
    if (this.window.isMinimized()) this.window.restore();
    this.window.focus();
  }
}

/** The open windows. */
export class Sessions {
  readonly #sessions = new Set<Session>();
  readonly #listeners = new Set<() => void>();
  /** The last reservation of a file: each waits for the one before it. */
  #reservation: Promise<unknown> = Promise.resolve();

  add(session: Session): void {
    this.#sessions.add(session);
    session.onChange = () => this.#changed();
    session.window.on('focus', () => session.guard.check());
    session.window.once('closed', () => {
      session.guard.stop();
      this.#sessions.delete(session);
      this.#changed();
    });
  }

  /** Adds a listener that is called when a window settles, closes, or shows another crew. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #changed(): void {
    this.#setTitles();
    for (const listener of this.#listeners) listener();
  }

  all(): readonly Session[] {
    return [...this.#sessions];
  }

  of(contents: WebContents): Session | null {
    return (
      this.all().find((session) => !session.window.isDestroyed() && session.window.webContents === contents) ?? null
    );
  }

  /**
   * Reserves a file for a window, so that two windows never have the same file open, however its path is spelled and
   * however close together the requests come.
   * @param claim called if no window has the file; it must put the path into `loading` or `reserved` of its window
   * @returns the window that has the file open already; null if `takeIt` was called
   */
  reserve(path: string, claim: () => void): Promise<Session | null> {
    const reservation = this.#reservation.then(async () => {
      const found = await this.#withFile(path);
      if (found === null) claim();
      return found;
    });
    this.#reservation = reservation.catch(() => undefined);
    return reservation;
  }

  async #withFile(path: string): Promise<Session | null> {
    const wanted = await identifyFile(path);
    for (const session of this.all()) {
      for (const open of [session.document.path, session.loading, session.reserved]) {
        if (open !== null && isSameFile(wanted, await identifyFile(open))) return session;
      }
    }
    return null;
  }

  #setTitles(): void {
    const sessions = this.all().filter(({ window }) => !window.isDestroyed());
    const titles = windowTitles(
      sessions.map(({ document: { path, crew, edited }, loading }) => ({
        path: path ?? loading,
        crew: crew.name,
        edited,
      })),
    );
    for (const [index, session] of sessions.entries()) session.window.setTitle(titles[index] ?? 'Crewlane');
  }

  showing(run: string): readonly Session[] {
    return this.all().filter((session) => session.shownRun === run);
  }
}
