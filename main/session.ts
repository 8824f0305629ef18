import type { BrowserWindow, WebContents } from 'electron';
import type { PushBody, PushName } from '../shared/ipc/channels.ts';
import type { OpenDocument } from '../shared/ipc/values.ts';
import type { Project } from '../shared/project/schema.ts';
import { push } from './ipc.ts';

/** One window with the crew that is open in it. */
export class Session {
  readonly window: BrowserWindow;
  document: OpenDocument;
  /** Its page has drawn what it opened with, and has nothing to do. */
  settled = false;
  /** Told whenever another crew stands in the window, or it has settled. */
  onChange: (() => void) | null = null;
  /** Made here, by New or from a template: its author is at the screen, so it needs no consent. */
  ownWork: boolean;
  /** The file that the window was to open with, and why it could not. */
  refused: PushBody<'project.refused'> | null;
  /** The file that a shipped crew was read from; it is opened as unsaved, so that nobody writes over it. */
  shippedFrom: string | null = null;
  /** The run that is drawn in the window. */
  shownRun: string | null = null;
  /** Tasks of that run whose streamed text is on screen. */
  watched: ReadonlySet<string> = new Set();
  /** The guard has been answered: the next close goes through. */
  mayClose = false;
  /** What is told before the page listens; null once it does. */
  #held: (() => void)[] | null = [];

  constructor(
    window: BrowserWindow,
    opened: { document: OpenDocument; ownWork: boolean; refused: Session['refused'] },
  ) {
    this.window = window;
    this.document = opened.document;
    this.ownWork = opened.ownWork;
    this.refused = opened.refused;
  }

  /** Tells the page something, as soon as it listens. */
  tell<Name extends PushName>(name: Name, body: PushBody<Name>): void {
    const send = () => push(this.window.webContents, name, body);
    if (this.#held) this.#held.push(send);
    else send();
  }

  /** The page is being loaded, for the first time or again: it does not listen yet. */
  pageLoads(): void {
    this.#held ??= [];
  }

  /** The page listens, and is about to be given what it asked for first. */
  pageListens(): void {
    const held = this.#held ?? [];
    this.#held = null;
    setImmediate(() => {
      for (const send of held) send();
    });
  }

  /** The crew as it stands in the window now. */
  setEdited(project: Project, edited: boolean): void {
    this.document = { ...this.document, project, edited };
    this.documentChanged();
  }

  pageSettled(): void {
    this.settled = true;
    this.onChange?.();
  }

  /** Shows the name of the crew that stands in the window now. */
  documentChanged(): void {
    this.onChange?.();
    const { path, project, edited } = this.document;
    this.window.setTitle(`${edited ? '• ' : ''}${project.name} — Crewlane`);
    this.window.setDocumentEdited(edited);
    this.window.setRepresentedFilename(path ?? '');
  }
}

/** The open windows. */
export class Sessions {
  readonly #sessions = new Set<Session>();
  readonly #listeners = new Set<() => void>();

  add(session: Session): void {
    this.#sessions.add(session);
    session.onChange = () => this.#changed();
    session.window.once('closed', () => {
      this.#sessions.delete(session);
      this.#changed();
    });
  }

  /** Told when a window has settled or gone, or another crew stands in one. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #changed(): void {
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

  withFile(path: string): Session | null {
    return this.all().find((session) => session.document.path === path) ?? null;
  }

  showing(run: string): readonly Session[] {
    return this.all().filter((session) => session.shownRun === run);
  }
}
