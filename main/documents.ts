import { basename, dirname, join, sep } from 'node:path';
import { app } from 'electron';
import { saveProject } from '../app/project/save.ts';
import { readTemplate } from '../app/project/templates.ts';
import type { OpenDocument, Opened } from '../shared/ipc/values.ts';
import type { Problem } from '../shared/project/problem.ts';
import { type Project, projectSchema } from '../shared/project/schema.ts';
import type { Origin } from '../shared/trust/permissions.ts';
import { askAboutChanges, askAboutOpenFile, askForProject, askWhereToSave } from './dialogs.ts';
import type { LongWork } from './long-work.ts';
import type { Recovery } from './recovery.ts';
import type { Session, Sessions } from './session.ts';
import type { SettingsFile } from './settings.ts';
import type { Trust } from './trust.ts';

type Saved = { status: 'saved'; path: string } | { status: 'cancelled' } | { status: 'failed'; message: string };

/** A crew as it comes from a file or a template. */
interface Found {
  document: OpenDocument;
  origin: Origin;
  shippedFrom: string | null;
}

type FoundOrRefused = ({ ok: true } & Found) | { ok: false; path: string | null; problems: Problem[] };

interface Parts {
  settings: SettingsFile;
  recovery: Recovery;
  sessions: Sessions;
  trust: Trust;
  work: LongWork;
  examples: string;
  recentChanged: () => void;
}

/** Opens and saves the crews of windows. Only a save writes the file; until then, edits are kept in a recovery copy. */
export class Documents {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The crew of a window that opens without a file: unsaved work after a crash, or an empty crew. */
  unsaved(): Found {
    const left = this.#parts.recovery.find(null);
    return {
      ...emptyCrew(),
      document: { path: null, project: left ?? EMPTY, edited: left !== null, recovered: left !== null },
    };
  }

  /** Reads a crew file. Nothing else is changed. */
  async read(path: string): Promise<FoundOrRefused> {
    const loaded = await this.#parts.work.load(path);
    if (!loaded.ok) return { ok: false, path, problems: loaded.problems };
    if (this.isShipped(path)) return { ok: true, ...newCrew(loaded.project), shippedFrom: path };
    const recovered = this.#parts.recovery.find(path);
    const project = recovered ?? loaded.project;
    const edited = recovered !== null;
    const origin = await this.#parts.trust.originOf(loaded.project, path);
    return { ok: true, document: { path, project, edited, recovered: edited }, origin, shippedFrom: null };
  }

  /**
   * Opens a file in a window, in place of its crew. Without a path, a dialog asks for the file. The file is read first:
   * only when it is known to be good, a person is asked about unsaved changes.
   */
  async open(session: Session, path: string | undefined): Promise<Opened> {
    const chosen = path ?? (await askForProject(session.window, this.#parts.settings.get().lastFolder));
    if (chosen === null) return { status: 'cancelled' };
    const other = await this.#parts.sessions.reserve(chosen, () => {
      session.reserved = chosen;
    });
    if (other) {
      other.bringToFront();
      return { status: 'cancelled' };
    }
    try {
      return await this.#replace(session, await this.read(chosen));
    } finally {
      session.reserved = null;
    }
  }

  /** Opens a crew that is on no disk, such as the crew of an earlier run, as a new one. */
  async openNew(session: Session, project: Project): Promise<Opened> {
    const origin = await this.#parts.trust.originOf(project, null);
    const document = { path: null, project, edited: true, recovered: false };
    return this.#replace(session, { ok: true, document, origin, shippedFrom: null });
  }

  async fromTemplate(session: Session, name: string): Promise<Opened> {
    const template = await readTemplate(this.#parts.examples, name);
    if (!template.ok) return { status: 'refused', path: null, problems: template.problems };
    return this.#replace(session, { ok: true, ...newCrew(template.project) });
  }

  /** Shows the file that a window was opened for, or why it cannot be opened. */
  finishLoading(session: Session, found: FoundOrRefused): void {
    session.loading = null;
    if (session.window.isDestroyed()) return;
    if (found.ok) {
      this.#show(session, found);
      session.tellState('project.opened', { document: session.document });
    } else {
      session.refused = { path: found.path, problems: found.problems };
      session.documentChanged();
      session.tellState('project.refused', session.refused);
    }
  }

  async save(session: Session, project: Project): Promise<Saved> {
    const { path } = session.document;
    return path === null ? this.saveAs(session, project) : this.#write(session, project, path);
  }

  /** Saves under a name that a person chooses. A file that another window has open is not replaced. */
  async saveAs(session: Session, project: Project): Promise<Saved> {
    const folder = this.#parts.settings.get().lastFolder ?? app.getPath('documents');
    const suggestion = session.document.path ?? join(folder, `${project.name}.crew.json`);
    const path = await askWhereToSave(session.window, 'Save the crew', suggestion);
    if (path === null) return { status: 'cancelled' };
    const other = await this.#parts.sessions.reserve(path, () => {
      session.reserved = path;
    });
    if (other === session) return this.#write(session, project, path);
    if (other) {
      if (await askAboutOpenFile(session.window, basename(path))) other.bringToFront();
      return { status: 'cancelled' };
    }
    try {
      return await this.#write(session, project, path);
    } finally {
      session.reserved = null;
    }
  }

  /** Takes over the crew as edited in the window, and keeps a copy of unsaved edits in case of a crash. */
  edited(session: Session, project: Project, edited: boolean): void {
    session.setEdited(project, edited);
    if (edited) this.#parts.recovery.keep(session.document.path, project);
    else this.#parts.recovery.forget(session.document.path);
  }

  /**
   * Asks about unsaved changes. Returns whether the crew in the window may be replaced or closed: it has no unsaved
   * changes, they have just been saved, or a person gives them up. The recovery copy remains until `giveUp`.
   */
  async mayReplace(session: Session): Promise<boolean> {
    const { edited, project } = session.document;
    if (!edited) return true;
    switch (await askAboutChanges(session.window, project.name)) {
      case 'cancel':
        return false;
      case 'discard':
        return true;
      case 'save':
        return (await this.save(session, project)).status === 'saved';
    }
  }

  /** Removes the recovery copy of a window whose crew is replaced or closed. */
  giveUp(session: Session): void {
    this.#parts.recovery.forget(session.document.path);
  }

  isShipped(path: string): boolean {
    return path.startsWith(this.#parts.examples + sep);
  }

  async #replace(session: Session, found: FoundOrRefused): Promise<Opened> {
    if (!found.ok) return { status: 'refused', path: found.path, problems: found.problems };
    if (!(await this.mayReplace(session))) return { status: 'cancelled' };
    this.giveUp(session);
    this.#show(session, found);
    return { status: 'opened', document: session.document };
  }

  async #write(session: Session, project: Project, path: string): Promise<Saved> {
    const saved = await saveProject(path, project);
    if (!saved.ok) return { status: 'failed', message: saved.message };
    this.#parts.recovery.forget(session.document.path);
    session.document = { path, project, edited: false, recovered: false };
    session.shippedFrom = null;
    session.documentChanged();
    this.#remember(path);
    await this.#parts.trust.saved(project, path, session.origin);
    return { status: 'saved', path };
  }

  #show(session: Session, found: Found): void {
    session.document = found.document;
    session.origin = found.origin;
    session.shippedFrom = found.shippedFrom;
    session.shownRun = null;
    session.ownRuns.clear();
    session.refused = null;
    session.documentChanged();
    const { document, shippedFrom } = found;
    if (document.path !== null) this.#remember(document.path);
    else if (shippedFrom !== null) this.#addRecent(shippedFrom);
  }

  #remember(path: string): void {
    this.#parts.settings.update({ lastFolder: dirname(path) });
    this.#addRecent(path);
  }

  #addRecent(path: string): void {
    this.#parts.settings.addRecent(path);
    app.addRecentDocument(path);
    this.#parts.recentChanged();
  }
}

const EMPTY: Project = projectSchema.parse({ format: 'crewlane/1', name: 'untitled_crew' });

/** A crew without a file, created in this application. */
function newCrew(project: Project): Found {
  return { document: { path: null, project, edited: false, recovered: false }, origin: 'own', shippedFrom: null };
}

export function emptyCrew(): Found {
  return newCrew(EMPTY);
}
