import type { BrowserWindow, WebContents } from 'electron';
import type { LoadedProject } from '../app/project/load.ts';
import type { PushBody, PushName } from '../shared/ipc/channels.ts';
import type { FileNotice, Notices, OpenDocument } from '../shared/ipc/values.ts';
import type { Crew } from '../shared/project/schema.ts';
import type { Origin } from '../shared/trust/permissions.ts';
import type { NamedModel } from './chosen-here.ts';
import { FileGuard, type GuardedWindow, type Offer } from './file-guard.ts';
import { identifyFile, isSameFile } from './file-identity.ts';
import { push } from './ipc.ts';
import type { Recovery, WindowCopy } from './recovery.ts';
import { windowTitles } from './titles.ts';

/** How long a page that is busy may take to finish a field. */
const FINISH_WITHIN_MS = 5000;

/** One window with the crew that is open in it. */
export class Session implements GuardedWindow {
  readonly window: BrowserWindow;
  document: OpenDocument;
  /** Its page has drawn what it opened with, and has nothing to do. */
  settled = false;
  /** Called when the window shows another crew, has new edits, or has settled. */
  onChange: (() => void) | null = null;
  /** Where the crew comes from. Edits in the window do not change it. */
  #origin: Origin;
  /** The file that the window opens with while it is being read. */
  loading: string | null;
  /** The file that the window should have opened with, and why it could not. */
  refused: PushBody<'project.refused'> | null = null;
  /** The recovery copy of this window's unsaved edits. */
  readonly copy: WindowCopy;
  /** Notices when the file of this window changes. */
  readonly guard: FileGuard;
  /** The last save of this window: each waits for the one before it. */
  saving: Promise<unknown> = Promise.resolve();
  /** The crew differs from what was opened or saved. */
  isTouched = false;
  /** What the window shows about its file, its recovery copy and an interrupted run. */
  notices: Notices = { file: null, unprotected: null, interrupted: null };
  /** A file that is about to be opened or saved in this window: no other window may open it. */
  reserved: string | null = null;
  /** The file that a shipped crew was read from; it is opened as unsaved, so that nobody writes over it. */
  shippedFrom: string | null = null;
  /** Runs and batches that were started from this crew since it was opened. */
  readonly ownRuns = new Set<string>();
  /** The models that the crew named as it was opened, and as it was read again from disk since. */
  named: readonly NamedModel[];
  /** Files of inputs that a person chose for a batch in this window. */
  readonly chosenInputs = new Set<string>();
  /** The run that is drawn in the window. */
  shownRun: string | null = null;
  /** Tasks of that run whose streamed text is on screen. */
  watched: ReadonlySet<string> = new Set();
  /** The guard has been answered: the next close goes through. */
  mayClose = false;
  /** Called when the page has finished the field that was being edited. */
  #onFinished: (() => void) | null = null;
  /** What is told before the page listens; null once it does. */
  #held: (() => void)[] | null = [];

  constructor(
    window: BrowserWindow,
    opened: { document: OpenDocument; origin: Origin; loading: string | null },
    parts: { recovery: Recovery; load: (path: string) => Promise<LoadedProject> },
  ) {
    this.window = window;
    this.copy = parts.recovery.forWindow((unprotected) => this.#notify({ unprotected }));
    this.guard = new FileGuard(this, parts.load);
    this.document = opened.document;
    this.named = [opened.document.project.settings];
    this.#origin = opened.origin;
    this.loading = opened.loading;
  }

  /** Where the crew in the window comes from. Editing it changes nothing about that. */
  get origin(): Origin {
    return this.#origin;
  }

  set origin(origin: Origin) {
    this.#origin = origin;
    this.tellState('project.origin', { origin });
  }

  /** Tells the page a state that `app.start` returns too, so a page that does not listen yet misses nothing. */
  tellState<Name extends PushName>(name: Name, body: PushBody<Name>): void {
    if (this.#held === null && !this.window.isDestroyed()) push(this.window.webContents, name, body);
  }

  /** Tells the page something, as soon as it listens. */
  tell<Name extends PushName>(name: Name, body: PushBody<Name>): void {
    const send = () => {
      if (!this.window.isDestroyed()) push(this.window.webContents, name, body);
    };
    if (this.#held) this.#held.push(send);
    else send();
  }

  /** The page is being loaded, for the first time or again: it does not listen yet. */
  pageLoads(): void {
    this.#held ??= [];
    this.guard.notTaken();
  }

  /** The page listens, and is about to be given what it asked for first. */
  pageListens(): void {
    const held = this.#held ?? [];
    this.#held = null;
    setImmediate(() => {
      for (const send of held) send();
    });
  }

  /**
   * Lets the page finish the field that is being edited and report the crew, so that nothing that was typed is lost. A page
   * that does not answer is not waited for longer than `FINISH_WITHIN_MS`.
   */
  async finishEdits(): Promise<void> {
    if (this.#held !== null || this.window.isDestroyed() || this.window.webContents.isCrashed()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FINISH_WITHIN_MS);
      this.#onFinished = () => {
        clearTimeout(timer);
        resolve();
      };
      this.tell('project.finish', {});
    });
    this.#onFinished = null;
  }

  /** The page has finished the field that was being edited. */
  editsFinished(): void {
    this.#onFinished?.();
  }

  /** Takes over the crew as it is in the window now. */
  setEdited(project: Crew, edited: boolean, touched: boolean): void {
    this.document = { ...this.document, project, edited };
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

  offer(offer: Offer): void {
    this.tell('project.reloaded', offer);
  }

  #notify(change: Partial<Notices>): void {
    const notices = { ...this.notices, ...change };
    if (JSON.stringify(notices) === JSON.stringify(this.notices)) return;
    this.notices = notices;
    this.tellState('app.notices', notices);
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
    session.window.on('focus', () => session.guard.look());
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
   * @param takeIt called if no window has the file; it must put the path into `loading` or `reserved` of its window
   * @returns the window that has the file open already; null if `takeIt` was called
   */
  reserve(path: string, takeIt: () => void): Promise<Session | null> {
    const reservation = this.#reservation.then(async () => {
      const found = await this.#withFile(path);
      if (found === null) takeIt();
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
      sessions.map(({ document: { path, project, edited }, loading }) => ({
        path: path ?? loading,
        crew: project.name,
        edited,
      })),
    );
    for (const [index, session] of sessions.entries()) session.window.setTitle(titles[index] ?? 'Crewlane');
  }

  showing(run: string): readonly Session[] {
    return this.all().filter((session) => session.shownRun === run);
  }
}
