import { dirname, join, sep } from 'node:path';
import { app } from 'electron';
import { saveProject } from '../app/project/save.ts';
import { readTemplate } from '../app/project/templates.ts';
import type { OpenDocument, Opened } from '../shared/ipc/values.ts';
import type { Problem } from '../shared/project/problem.ts';
import { type Project, projectSchema } from '../shared/project/schema.ts';
import { askAboutChanges, askForProject, askWhereToSave } from './dialogs.ts';
import type { LongWork } from './long-work.ts';
import type { Recovery } from './recovery.ts';
import type { Session } from './session.ts';
import type { SettingsFile } from './settings.ts';

type Saved = { status: 'saved'; path: string } | { status: 'cancelled' } | { status: 'failed'; message: string };

/** A crew as it came from a file, a template or an earlier crash. */
interface Found {
  document: OpenDocument;
  ownWork: boolean;
  shippedFrom: string | null;
}

type FoundOrRefused = ({ ok: true } & Found) | { ok: false; path: string | null; problems: Problem[] };

/** Opens and saves the crews of windows. The real file is written by a save alone; edits are kept apart until then. */
export class Documents {
  readonly #settings: SettingsFile;
  readonly #recovery: Recovery;
  readonly #work: LongWork;
  readonly #examples: string;
  readonly #recentChanged: () => void;

  constructor(parts: {
    settings: SettingsFile;
    recovery: Recovery;
    work: LongWork;
    examples: string;
    recentChanged: () => void;
  }) {
    this.#settings = parts.settings;
    this.#recovery = parts.recovery;
    this.#work = parts.work;
    this.#examples = parts.examples;
    this.#recentChanged = parts.recentChanged;
  }

  /** What a window starts with: the named file, else the unsaved work of a crash, else an empty crew. */
  async first(path: string | null): Promise<{ found: Found; refused: Session['refused'] }> {
    if (path === null) return { found: this.#unsaved(EMPTY, true), refused: null };
    const found = await this.read(path);
    if (found.ok) return { found, refused: null };
    return { found: this.#unsaved(EMPTY, false), refused: { path, problems: found.problems } };
  }

  async read(path: string): Promise<FoundOrRefused> {
    const loaded = await this.#work.load(path);
    if (!loaded.ok) return { ok: false, path, problems: loaded.problems };
    if (this.isShipped(path)) return { ok: true, ...this.#shipped(path, loaded.project) };
    this.#remember(path);
    const recovered = this.#recovery.find(path);
    const project = recovered ?? loaded.project;
    const edited = recovered !== null;
    return { ok: true, document: { path, project, edited, recovered: edited }, ownWork: false, shippedFrom: null };
  }

  /** Asks about unsaved changes, then for a file where none is named; what comes back stands in the session. */
  async open(session: Session, path: string | undefined): Promise<Opened> {
    if (!(await this.mayReplace(session))) return { status: 'cancelled' };
    const chosen = path ?? (await askForProject(session.window, this.#settings.get().lastFolder));
    if (chosen === null) return { status: 'cancelled' };
    const found = await this.read(chosen);
    if (!found.ok) return { status: 'refused', path: chosen, problems: found.problems };
    return this.#show(session, found);
  }

  async fromTemplate(session: Session, name: string): Promise<Opened> {
    if (!(await this.mayReplace(session))) return { status: 'cancelled' };
    const template = await readTemplate(this.#examples, name);
    if (!template.ok) return { status: 'refused', path: null, problems: template.problems };
    return this.#show(session, this.#unsaved(template.project, false));
  }

  async save(session: Session, project: Project): Promise<Saved> {
    const { path } = session.document;
    return path === null ? this.saveAs(session, project) : this.#write(session, project, path);
  }

  async saveAs(session: Session, project: Project): Promise<Saved> {
    const folder = this.#settings.get().lastFolder ?? app.getPath('documents');
    const suggestion = session.document.path ?? join(folder, `${project.name}.crew.json`);
    const path = await askWhereToSave(session.window, 'Save the crew', suggestion);
    return path === null ? { status: 'cancelled' } : this.#write(session, project, path);
  }

  /** Takes the crew as it stands in the window, and keeps it for the case of a crash. */
  edited(session: Session, project: Project, edited: boolean): void {
    session.setEdited(project, edited);
    if (edited) this.#recovery.keep(session.document.path, project);
    else this.#recovery.forget(session.document.path);
  }

  /** Whether the crew in the window may go: it is saved, or a person has said what becomes of its changes. */
  async mayReplace(session: Session): Promise<boolean> {
    const { edited, project, path } = session.document;
    if (!edited) return true;
    switch (await askAboutChanges(session.window, project.name)) {
      case 'cancel':
        return false;
      case 'discard':
        this.#recovery.forget(path);
        return true;
      case 'save':
        return (await this.save(session, project)).status === 'saved';
    }
  }

  isShipped(path: string): boolean {
    return path.startsWith(this.#examples + sep);
  }

  async #write(session: Session, project: Project, path: string): Promise<Saved> {
    const saved = await saveProject(path, project);
    if (!saved.ok) return { status: 'failed', message: saved.message };
    this.#recovery.forget(session.document.path);
    session.document = { path, project, edited: false, recovered: false };
    session.shippedFrom = null;
    session.documentChanged();
    this.#remember(path);
    return { status: 'saved', path };
  }

  #show(session: Session, found: Found): Opened {
    session.document = found.document;
    session.ownWork = found.ownWork;
    session.shippedFrom = found.shippedFrom;
    session.shownRun = null;
    session.refused = null;
    session.documentChanged();
    return { status: 'opened', document: found.document };
  }

  /** What was left unsaved comes back at a start, and nowhere else: a template that is asked for is that template. */
  #unsaved(project: Project, recover: boolean): Found {
    const left = recover ? this.#recovery.find(null) : null;
    const document = { path: null, project: left ?? project, edited: left !== null, recovered: left !== null };
    return { document, ownWork: true, shippedFrom: null };
  }

  #shipped(path: string, project: Project): Found {
    return { document: { path: null, project, edited: false, recovered: false }, ownWork: true, shippedFrom: path };
  }

  #remember(path: string): void {
    this.#settings.addRecent(path);
    this.#settings.update({ lastFolder: dirname(path) });
    app.addRecentDocument(path);
    this.#recentChanged();
  }
}

const EMPTY: Project = projectSchema.parse({ format: 'crewlane/1', name: 'untitled_crew' });
