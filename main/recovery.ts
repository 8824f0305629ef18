import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../app/base/folder-handle.ts';
import { readJsonFile } from '../app/base/json-file.ts';
import { makePrivateFolder } from '../app/base/private-folder.ts';
import { writeFailure } from '../app/base/system-error.ts';
import { isAlive, type ProcessIdentity } from '../app/engine/locks/process-identity.ts';
import { crewSchema } from '../shared/crew/schema.ts';

const copySchema = z.object({
  /** The file that the crew was opened from; null for a crew that was never saved. */
  path: z.string().nullable(),
  /** Hash of the file's text that the edits started from; null if it is unknown or the crew has no file. */
  base: z.string().nullable().default(null),
  /** When the copy was written, in milliseconds since 1970; 0: unknown. */
  kept_ms: z.number().default(0),
  /** The origin of the crew; foreign if unknown. */
  origin: z.enum(['own', 'trusted', 'foreign']).default('foreign'),
  crew: crewSchema,
});

/** Copies of earlier versions name the crew `project`. */
const contentSchema = z.preprocess(
  (copy) => (typeof copy === 'object' && copy && 'project' in copy ? { ...copy, crew: copy.project } : copy),
  copySchema,
);
export type RecoveryContent = z.infer<typeof contentSchema>;

/** `ID.PID.START.json`. A copy without an owner was written by an earlier version. */
const NAME = /^(?<id>[\w-]+)(?:\.(?<pid>\d+)\.(?<start>[\w-]*))?\.json$/;
const RETRY_MS = 3000;

/** A copy whose owner is dead. */
export interface OrphanedCopy {
  name: string;
  content: RecoveryContent;
}

/**
 * Manages the recovery copies: unsaved edits in the application's data, so that a crash loses none. Each window of each
 * process has its own copy, whose name contains the process (docs/decisions/recovery-copies.md).
 */
export class Recovery {
  readonly #folder: string;
  readonly #owner: ProcessIdentity;

  /** @param owner this process */
  constructor(folder: string, owner: ProcessIdentity) {
    this.#folder = folder;
    this.#owner = owner;
  }

  /** The copy of a new window. @param onFailure is called with why the copy cannot be written, and with null once it can */
  forWindow(onFailure: (reason: string | null) => void): WindowCopy {
    return new WindowCopy(this.#folder, `${randomUUID()}.${ownerText(this.#owner)}.json`, onFailure);
  }

  /** The copies of dead processes, the latest first. Copies that cannot be read are left alone. */
  async orphaned(): Promise<OrphanedCopy[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const copies = await Promise.all(names.map((name) => this.#readIfOrphaned(name)));
    return copies.filter((copy) => copy !== null).sort((a, b) => b.content.kept_ms - a.content.kept_ms);
  }

  async #readIfOrphaned(name: string): Promise<OrphanedCopy | null> {
    const parts = NAME.exec(name)?.groups;
    if (!parts) return null;
    const { pid, start } = parts;
    if (pid !== undefined && (await isAlive(ownerOf(pid, start ?? '')))) return null;
    const read = await readJsonFile(join(this.#folder, name));
    const parsed = contentSchema.safeParse(read.ok ? read.value : null);
    return parsed.success ? { name, content: parsed.data } : null; // Damaged, or written by a version with another format.
  }
}

/** The recovery copy of one window. Retries until the copy can be written. */
export class WindowCopy {
  readonly #folder: string;
  readonly #name: string;
  readonly #onFailure: (reason: string | null) => void;
  #content: RecoveryContent | null = null;
  #isDirty = false;
  #writing: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;

  constructor(folder: string, name: string, onFailure: (reason: string | null) => void) {
    this.#folder = folder;
    this.#name = name;
    this.#onFailure = onFailure;
  }

  /** Writes the copy in the background. A newer content replaces one that is not written yet. */
  keep(content: RecoveryContent): void {
    this.#content = content;
    this.#write();
  }

  /** Removes the copy: its edits are saved or discarded. */
  async remove(): Promise<void> {
    this.#content = null;
    this.#isDirty = false;
    await this.#writing;
    this.#stopRetrying();
    if (this.#content === null) rmSync(this.#path, { force: true });
    this.#onFailure(null);
  }

  /** Takes over a copy of a dead process. Returns false if another process was faster. */
  async claim(left: OrphanedCopy): Promise<boolean> {
    try {
      await rename(join(this.#folder, left.name), this.#path);
      return true;
    } catch {
      return false;
    }
  }

  get #path(): string {
    return join(this.#folder, this.#name);
  }

  #write(): void {
    this.#isDirty = true;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#isDirty && this.#content !== null) {
      this.#isDirty = false;
      this.#stopRetrying();
      try {
        await makePrivateFolder(this.#folder);
        await replaceFile(this.#path, JSON.stringify(this.#content));
        this.#onFailure(null);
      } catch (error) {
        this.#onFailure(writeFailure(error));
        this.#retry = setTimeout(() => this.#write(), RETRY_MS);
      }
    }
  }

  #stopRetrying(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }
}

function ownerText({ pid, start }: ProcessIdentity): string {
  return `${pid}.${Buffer.from(start ?? '').toString('base64url')}`;
}

function ownerOf(pid: string, start: string): ProcessIdentity {
  return { pid: Number(pid), start: start === '' ? null : Buffer.from(start, 'base64url').toString() };
}
