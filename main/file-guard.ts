import { setTimeout as delay } from 'node:timers/promises';
import { sha256 } from '../app/base/hash.ts';
import { type FileOnDisk, readFileState } from '../app/crew-file/file-on-disk.ts';
import type { LoadedCrew } from '../app/crew-file/load.ts';
import type { Expected } from '../app/crew-file/save.ts';
import type { Crew } from '../shared/crew/schema.ts';
import type { FileNotice } from '../shared/ipc/values.ts';
import { baseOf, decideAfterCheck } from './file-decisions.ts';
import { watchPath } from './file-watch.ts';

/** How long and how often to check again, because a file that is being written differs each time. */
const SETTLE_MS = 100;
const MAX_CHECKS = 20;

/** The crew on disk, sent to the page. `force`: it replaces edits too. */
export interface ReloadOffer {
  crew: Crew;
  hash: string;
  force: boolean;
}

/** The window whose file is guarded. */
export interface GuardedWindow {
  /** The crew differs from what was opened or saved. */
  readonly isTouched: boolean;
  readonly fileNotice: FileNotice | null;
  showFileNotice(notice: FileNotice | null): void;
  offer(offer: ReloadOffer): void;
}

/** Compares the crew in a window with its file: when the file changes, on focus, and before a save. */
export class FileGuard {
  readonly #window: GuardedWindow;
  readonly #load: (path: string) => Promise<LoadedCrew>;
  #path: string | null = null;
  #base: Expected = 'missing';
  #endWatch: () => void = () => undefined;
  #isChecking = false;
  #mustCheckAgain = false;
  /** The crew that was sent to the page, which has not confirmed it yet. */
  #offered: ReloadOffer | null = null;

  constructor(window: GuardedWindow, load: (path: string) => Promise<LoadedCrew>) {
    this.#window = window;
    this.#load = load;
  }

  /** The state of the file when the crew was read or saved, or when a person last decided about it. */
  get base(): Expected {
    return this.#base;
  }

  /** Watches another file, or none. */
  follow(path: string | null, base: Expected): void {
    this.#endWatch();
    this.#path = path;
    this.#base = base;
    this.#offered = null;
    this.#endWatch = path === null ? () => undefined : watchPath(path, () => this.check());
    this.check();
  }

  stop(): void {
    this.follow(null, 'missing');
  }

  /** Checks the file in the background and acts on changes. */
  check(): void {
    this.#mustCheckAgain = true;
    if (!this.#isChecking) void this.#checkAndAct();
  }

  /** The page did not apply the crew that was sent to it: it has edits, or it was reloaded. */
  offerIgnored(): void {
    if (this.#offered === null) return;
    this.#offered = null;
    this.check();
  }

  /** The page shows the crew that was sent to it. Returns that crew, or null if the page shows another one. */
  offerApplied(hash: string): Crew | null {
    if (this.#offered?.hash !== hash) return null;
    const { crew } = this.#offered;
    this.#offered = null;
    if (this.#path !== null) this.#base = { hash };
    return crew;
  }

  /** Keeps the crew in the window: what is on disk now may be replaced. Returns why it cannot be, or null. */
  async keep(): Promise<string | null> {
    if (this.#path !== null) {
      const disk = await readFileState(this.#path);
      const base = baseOf(disk);
      if (base === null) return `${this.#path} cannot be read. Save to another location.`;
      this.#base = base;
    }
    this.#window.showFileNotice(null);
    return null;
  }

  /** Sends the crew in the file to the page, where it replaces edits too. Returns why it cannot be read, or null. */
  async replaceWithFile(empty: Crew): Promise<string | null> {
    if (this.#path === null) {
      this.#send({ crew: empty, hash: '', force: true });
      return null;
    }
    const loaded = await this.#load(this.#path);
    if (!loaded.ok) return loaded.problems[0]?.message ?? `${this.#path} cannot be opened.`;
    this.#send({ crew: loaded.crew, hash: sha256(loaded.text), force: true });
    return null;
  }

  /** The crew on disk, for a comparison. */
  async onDisk(): Promise<LoadedCrew> {
    return this.#path === null ? { ok: false, problems: [] } : this.#load(this.#path);
  }

  async #checkAndAct(): Promise<void> {
    this.#isChecking = true;
    while (this.#mustCheckAgain) {
      this.#mustCheckAgain = false;
      const path = this.#path;
      const base = this.#base;
      if (path === null) continue;
      const disk = await stateWhenSettled(path, base);
      // A save or an answer in between makes the check outdated.
      if (path === this.#path && base === this.#base) await this.#act(path, disk);
      else this.#mustCheckAgain = true;
    }
    this.#isChecking = false;
  }

  async #act(path: string, disk: FileOnDisk): Promise<void> {
    const { isTouched: isEdited, fileNotice: notice } = this.#window;
    const decision = decideAfterCheck({ base: this.#base, isEdited, notice, disk });
    if (decision.do === 'show') this.#window.showFileNotice(decision.notice);
    else if (disk.kind === 'file' && this.#offered?.hash !== disk.hash) await this.#reload(path);
  }

  async #reload(path: string): Promise<void> {
    const loaded = await this.#load(path);
    if (path !== this.#path) return;
    if (loaded.ok) this.#send({ crew: loaded.crew, hash: sha256(loaded.text), force: false });
    else this.#window.showFileNotice({ kind: 'unreadable', reason: loaded.problems[0]?.message ?? '' });
  }

  #send(offer: ReloadOffer): void {
    this.#offered = offer;
    this.#window.offer(offer);
  }
}

/** The state of a file once two checks in a row have found the same. */
async function stateWhenSettled(path: string, base: Expected): Promise<FileOnDisk> {
  let found = await readFileState(path);
  for (let checks = 1; checks < MAX_CHECKS && !isSame(baseOf(found), base); checks += 1) {
    await delay(SETTLE_MS);
    const next = await readFileState(path);
    if (isSame(baseOf(found), baseOf(next))) return next;
    found = next;
  }
  return found;
}

function isSame(one: Expected | null, other: Expected | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
