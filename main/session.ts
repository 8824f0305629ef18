import type { BrowserWindow, WebContents } from 'electron';
import type { OpenDocument, PushBody, PushName } from '../shared/ipc/channels.ts';
import type { Project } from '../shared/project/schema.ts';
import { push } from './ipc.ts';

/** One window with the crew that is open in it. */
export class Session {
  readonly window: BrowserWindow;
  document: OpenDocument;
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

  constructor(
    window: BrowserWindow,
    opened: { document: OpenDocument; ownWork: boolean; refused: Session['refused'] },
  ) {
    this.window = window;
    this.document = opened.document;
    this.ownWork = opened.ownWork;
    this.refused = opened.refused;
  }

  tell<Name extends PushName>(name: Name, body: PushBody<Name>): void {
    push(this.window.webContents, name, body);
  }

  /** The crew as it stands in the window now. */
  setEdited(project: Project, edited: boolean): void {
    this.document = { ...this.document, project, edited };
    this.showTitle();
  }

  showTitle(): void {
    const { path, project, edited } = this.document;
    this.window.setTitle(`${edited ? '• ' : ''}${project.name} — Crewlane`);
    this.window.setDocumentEdited(edited);
    this.window.setRepresentedFilename(path ?? '');
  }
}

/** The open windows. */
export class Sessions {
  readonly #sessions = new Set<Session>();

  add(session: Session): void {
    this.#sessions.add(session);
    session.window.once('closed', () => this.#sessions.delete(session));
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
