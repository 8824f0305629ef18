import { basename, dirname, join } from 'node:path';
import { app } from 'electron';
import { leadsBelow } from '../app/base/contained-path.ts';
import { sha256 } from '../app/base/hash.ts';
import { copyParts } from '../app/crew-file/copy-parts.ts';
import { readFileState } from '../app/crew-file/file-on-disk.ts';
import type { Expected } from '../app/crew-file/save.ts';
import { readTemplate, templatePath } from '../app/crew-file/templates.ts';
import type { Problem } from '../shared/crew/problem.ts';
import { type Crew, crewSchema } from '../shared/crew/schema.ts';
import type { FileNotice, OpenDocument, Opened } from '../shared/ipc/values.ts';
import type { Origin } from '../shared/trust/permission.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import { lessTrusted } from './copied-nodes.ts';
import { askAboutChanges, askAboutOpenFile, askForCrew, askWhereToSave } from './dialogs.ts';
import { baseOf, recoveredFileState } from './file-decisions.ts';
import { identifyFile, isSameFile } from './file-identity.ts';
import type { OrphanedCopy, Recovery } from './recovery.ts';
import { type SaveResult, saveToFile } from './saving.ts';
import type { Session, Sessions } from './session.ts';
import type { SettingsFile } from './settings.ts';
import type { Trust } from './trust.ts';

/** A crew that a window can show. */
interface ReadyDocument {
  document: OpenDocument;
  /** The state of the file at the document's path. */
  base: Expected;
  origin: Origin;
  shippedFrom: string | null;
}

type ReadResult = ({ ok: true } & ReadyDocument) | { ok: false; path: string | null; problems: Problem[] };

interface Deps {
  settings: SettingsFile;
  recovery: Recovery;
  sessions: Sessions;
  trust: Trust;
  work: BackgroundTasks;
  examples: string;
  recentChanged: () => void;
}

export const EMPTY_CREW: Crew = crewSchema.parse({ format: 'crewlane/1', name: 'untitled_crew' });

/** A crew without a file, created in this application. */
export function newCrew(crew: Crew = EMPTY_CREW): ReadyDocument {
  return { document: { path: null, crew, edited: false }, base: 'missing', origin: 'own', shippedFrom: null };
}

/** Opens and saves the crews of windows. Only a save writes the file; until then, edits are kept in a recovery copy. */
export class Documents {
  readonly #deps: Deps;

  constructor(parts: Deps) {
    this.#deps = parts;
  }

  /** Reads a crew file. Nothing is changed. */
  async read(path: string): Promise<ReadResult> {
    const loaded = await this.#deps.work.load(path);
    if (!loaded.ok) return { ok: false, path, problems: loaded.problems };
    const { crew, text } = loaded;
    if (await leadsBelow(this.#deps.examples, path)) return { ok: true, ...newCrew(crew), shippedFrom: path };
    const base = { hash: sha256(text) };
    const origin = await this.#deps.trust.originOf(crew, path);
    return { ok: true, document: { path, crew, edited: false }, base, origin, shippedFrom: null };
  }

  /**
   * Opens a file in a window, in place of its crew. Without a path, a dialog asks for the file. The file is read first:
   * a person is asked about unsaved changes only when it is known to be good.
   */
  async open(session: Session, path: string | undefined): Promise<Opened> {
    const chosen = path ?? (await askForCrew(session.window, this.#deps.settings.get().lastFolder));
    if (chosen === null) return { status: 'cancelled' };
    const other = await this.#deps.sessions.reserve(chosen, () => {
      session.reserved = chosen;
    });
    if (other) {
      other.bringToFront();
      return { status: 'cancelled' };
    }
    try {
      return await this.#replace(session, await this.read(chosen), chosen);
    } finally {
      session.reserved = null;
    }
  }

  /** Opens a crew that is not on disk, such as the crew of an earlier run, as a new one. */
  async openNew(session: Session, crew: Crew): Promise<Opened> {
    const origin = await this.#deps.trust.originOf(crew, null);
    const document = { path: null, crew, edited: true };
    return this.#replace(session, { ok: true, ...newCrew(crew), document, origin }, null);
  }

  async fromTemplate(session: Session, name: string): Promise<Opened> {
    const template = await readTemplate(this.#deps.examples, name);
    if (!template.ok) return { status: 'refused', path: null, problems: template.problems };
    const runsFiles = template.crew.tasks.some((task) => task.crew !== undefined);
    const shippedFrom = runsFiles ? templatePath(this.#deps.examples, name) : null;
    return this.#replace(session, { ok: true, ...newCrew(template.crew), shippedFrom }, null);
  }

  /** Reads the file that a window was opened for, and shows its crew or why it cannot be opened. */
  async finishLoading(session: Session, path: string): Promise<void> {
    const found = await this.read(path);
    const copy = await this.#copyOf(path);
    if (session.window.isDestroyed()) return;
    if (copy && (await session.copy.claim(copy))) await this.#showRecovered(session, copy, path);
    else if (found.ok) this.#show(session, found);
    else session.refused = { path, problems: found.problems };
    session.loading = null;
    session.documentChanged();
    if (session.refused) session.pushState('crew.refused', session.refused);
    else session.pushState('crew.opened', { document: session.document });
  }

  /** Shows recovered edits in a new window without a file. Returns false if another process was faster. */
  async showUnsaved(session: Session, copy: OrphanedCopy): Promise<boolean> {
    if (!(await session.copy.claim(copy))) return false;
    await this.#showRecovered(session, copy, null);
    session.pushState('crew.opened', { document: session.document });
    return true;
  }

  async save(session: Session, crew: Crew): Promise<SaveResult> {
    const { path } = session.document;
    return path === null ? this.saveAs(session, crew) : this.#write(session, crew, path, null);
  }

  /** Saves under a name that a person chooses. A file that another window has open is not replaced. */
  async saveAs(session: Session, crew: Crew): Promise<SaveResult> {
    const folder = this.#deps.settings.get().lastFolder ?? app.getPath('documents');
    const suggestion = session.document.path ?? join(folder, `${crew.name}.crew.json`);
    const path = await askWhereToSave(session.window, 'Save the crew', suggestion);
    if (path === null) return { status: 'cancelled' };
    const other = await this.#deps.sessions.reserve(path, () => {
      session.reserved = path;
    });
    if (other === session) return this.#write(session, crew, path, null);
    if (other) {
      if (await askAboutOpenFile(session.window, basename(path))) other.bringToFront();
      return { status: 'cancelled' };
    }
    try {
      // The dialog has asked whether the existing file may be replaced.
      return await this.#write(session, crew, path, baseOf(await readFileState(path)) ?? 'missing');
    } finally {
      session.reserved = null;
    }
  }

  /** Takes over the crew as edited in the window, and keeps a copy of unsaved edits in case of a crash. */
  applyEdits(session: Session, crew: Crew, edited: boolean, touched: boolean): void {
    session.setEdited(crew, edited, touched);
    if (edited) this.#keepCopy(session);
    else void session.copy.remove();
    session.guard.offerIgnored();
  }

  /** The window shows the crew from disk. Undo can restore the earlier crew, so the less trusted origin applies. */
  async reloadApplied(session: Session, hash: string): Promise<void> {
    const crew = session.guard.offerApplied(hash);
    if (crew === null) return;
    const { origin, document } = session;
    session.setEdited(crew, false, false);
    session.namedModels = [...session.namedModels, crew.settings];
    if (document.path !== null) {
      session.origin = 'foreign'; // Until it is known.
      session.origin = lessTrusted(origin, await this.#deps.trust.originOf(crew, document.path));
    }
    session.showFileNotice(null);
    void session.copy.remove();
    session.guard.check();
  }

  /**
   * Asks about unsaved changes. Returns whether the crew in the window may be replaced or closed: it has no unsaved
   * changes, they have just been saved, or a person gives them up. The recovery copy remains until it is removed.
   */
  async confirmReplace(session: Session): Promise<boolean> {
    const { edited, crew } = session.document;
    if (!edited) return true;
    switch (await askAboutChanges(session.window, crew.name)) {
      case 'cancel':
        return false;
      case 'discard':
        return true;
      case 'save':
        return (await this.save(session, crew)).status === 'saved';
    }
  }

  /** @param path the file that is opened; null: none */
  async #replace(session: Session, found: ReadResult, path: string | null): Promise<Opened> {
    const copy = path === null ? null : await this.#copyOf(path);
    if (!found.ok && !copy) return { status: 'refused', path: found.path, problems: found.problems };
    if (!(await this.confirmReplace(session))) return { status: 'cancelled' };
    await session.copy.remove();
    if (copy && (await session.copy.claim(copy))) await this.#showRecovered(session, copy, path);
    else if (found.ok) this.#show(session, found);
    else return { status: 'refused', path: found.path, problems: found.problems };
    return { status: 'opened', document: session.document };
  }

  /** Returns the latest recovery copy of a file from a dead process. */
  async #copyOf(path: string): Promise<OrphanedCopy | null> {
    const wanted = await identifyFile(path);
    for (const copy of await this.#deps.recovery.orphaned()) {
      const { path: edited } = copy.content;
      if (edited !== null && isSameFile(wanted, await identifyFile(edited))) return copy;
    }
    return null;
  }

  /**
   * Writes a crew to its file; no other code does. A save waits for the previous one in its window.
   * @param expected the known state of the file; null: the state that the window knows when the save starts
   */
  async #write(session: Session, crew: Crew, path: string, expected: Expected | null): Promise<SaveResult> {
    const saving = session.saving.then(async () => {
      const result = await saveToFile(session.window, crew, path, expected ?? session.guard.base);
      if (result.status === 'saved') await this.#afterSave(session, crew, path, result.hash);
      return result;
    });
    session.saving = saving.catch(() => undefined);
    const result = await saving;
    switch (result.status) {
      case 'saved':
        return { status: 'saved', path };
      case 'save_as':
        return this.saveAs(session, crew);
      case 'take': {
        const message = await session.guard.replaceWithFile(EMPTY_CREW);
        return message === null ? { status: 'cancelled' } : { status: 'failed', message };
      }
      case 'compare':
        session.push('crew.compare', {});
        return { status: 'cancelled' };
      case 'cancelled':
        return { status: 'cancelled' };
      case 'failed':
        return result;
    }
  }

  async #afterSave(session: Session, crew: Crew, path: string, hash: string): Promise<void> {
    await this.#copyParts(session, crew, path);
    session.document = { path, crew, edited: false };
    session.isTouched = false;
    session.shippedFrom = null;
    session.showFileNotice(null);
    session.guard.follow(path, { hash });
    session.documentChanged();
    this.#remember(path);
    await session.copy.remove();
    await this.#deps.trust.saved(crew, path, session.origin);
  }

  /** A copy of a shipped crew needs copies of the crew files that its tasks run. */
  async #copyParts({ shippedFrom }: Session, crew: Crew, path: string): Promise<void> {
    if (shippedFrom === null) return;
    // A file that cannot be copied is a problem of the crew.
    const copied = await copyParts(crew, shippedFrom, path).catch(() => []);
    for (const part of copied) await this.#deps.trust.saved(part, path, 'own');
  }

  #show(session: Session, found: ReadyDocument, notice: FileNotice | null = null): void {
    const { document, base, shippedFrom } = found;
    session.document = document;
    session.namedModels = [document.crew.settings];
    session.isTouched = document.edited;
    session.origin = found.origin;
    session.shippedFrom = shippedFrom;
    session.shownRun = null;
    session.ownRuns.clear();
    session.refused = null;
    session.showFileNotice(notice);
    session.guard.follow(document.path, base);
    session.documentChanged();
    // Recovered edits already have a copy.
    if (document.edited && notice === null) this.#keepCopy(session);
    if (document.path !== null) this.#remember(document.path);
    else if (shippedFrom !== null) this.#addRecent(shippedFrom);
    void this.#offerResume(session, document.path ?? shippedFrom);
  }

  /** Offers to resume an interrupted run of the file that the window shows. */
  async #offerResume(session: Session, file: string | null): Promise<void> {
    session.showInterrupted(null);
    if (file === null) return;
    const { work, settings } = this.#deps;
    const interrupted = await work.interrupted(file, settings.get().dismissedRuns);
    const isShown = (session.document.path ?? session.shippedFrom) === file;
    if (isShown && session.shownRun === null) session.showInterrupted(interrupted);
  }

  #keepCopy({ copy, guard: { base }, origin, document: { path, crew } }: Session): void {
    copy.keep({ path, base: base === 'missing' ? null : base.hash, kept_ms: Date.now(), origin, crew });
  }

  /** Shows edits that a crash left behind; `path`: the window's file, which may have changed since. */
  async #showRecovered(session: Session, { content }: OrphanedCopy, path: string | null): Promise<void> {
    const { crew, kept_ms, origin, path: from } = content;
    const base: Expected = content.base === null ? 'missing' : { hash: content.base };
    const file = path === null ? 'none' : recoveredFileState(base, await readFileState(path));
    const found = { document: { path, crew, edited: true }, base, origin };
    this.#show(session, { ...found, shippedFrom: null }, { kind: 'recovered', kept_ms, from, file });
  }

  #remember(path: string): void {
    this.#deps.settings.update({ lastFolder: dirname(path) });
    this.#addRecent(path);
  }

  #addRecent(path: string): void {
    this.#deps.settings.addRecent(path);
    app.addRecentDocument(path);
    this.#deps.recentChanged();
  }
}
