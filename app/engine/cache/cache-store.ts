import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileContentSchema } from '../../../shared/run/events.ts';
import { replaceFile } from '../../base/folder-handle.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { makePrivateFolder } from '../../base/private-folder.ts';

/** The maximum size of the cache in bytes. Above it, the least recently used entries are removed. */
export const CACHE_BYTES = 256 * 1024 * 1024;
/** The age in ms after which an incomplete file counts as left by a dead process. */
const LEFT_BEHIND_MS = 3_600_000;

const entrySchema = z.object({
  format: z.literal('crewlane-cache/1'),
  task: z.string(),
  crew: z.string(),
  /** The agent that executed the task, or whose proposal won. */
  agent: z.string().nullable(),
  model: z.string(),
  /** Whether the result is rehearsed. Only rehearsals may use it. */
  rehearsal: z.boolean(),
  /** The run that produced the result, and when. */
  run: z.string(),
  wall_ms: z.int(),
  text: z.string(),
  took: z.object({ busy_ms: z.int().nonnegative(), cost_usd: z.number().nonnegative().nullable() }),
  /** Workspace files with their required hashes; null: the file must not exist. */
  files: z.array(fileContentSchema),
});
export type CacheEntry = z.infer<typeof entrySchema>;

/** An entry in the list of the cache. */
export interface StoredResult extends Omit<CacheEntry, 'format' | 'agent' | 'text' | 'files'> {
  key: string;
  bytes: number;
  /** When the entry was last stored or used, in milliseconds since 1970. */
  usedMs: number;
}

/**
 * Stored results, one file each, named by its key. Any number of processes may use the folder at once: a file appears
 * complete or not at all. A missing or unreadable file counts as a cache miss.
 */
export class CacheStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param key SHA-256 in hex */
  async get(key: string): Promise<CacheEntry | null> {
    const read = await readJsonFile(this.#path(key));
    const parsed = entrySchema.safeParse(read.ok ? read.value : null);
    return parsed.success ? parsed.data : null;
  }

  /** Marks an entry as just used, so that it is removed last. */
  async used(key: string, wallMs: number): Promise<void> {
    await utimes(this.#path(key), wallMs / 1000, wallMs / 1000).catch(() => undefined);
  }

  async put(key: string, entry: CacheEntry): Promise<void> {
    await makePrivateFolder(this.#folder);
    await replaceFile(this.#path(key), JSON.stringify(entry));
  }

  /** Returns the entries, the most recently used first. */
  async list(): Promise<StoredResult[]> {
    const stored: StoredResult[] = [];
    for (const { key, bytes, usedMs } of await this.#entries()) {
      const entry = await this.get(key);
      if (entry === null) continue;
      const { task, crew, model, rehearsal, run, wall_ms, took } = entry;
      stored.push({ key, task, crew, model, rehearsal, run, wall_ms, took, bytes, usedMs });
    }
    return stored.sort((a, b) => b.wall_ms - a.wall_ms || (a.key < b.key ? -1 : 1));
  }

  /** Returns the number of entries and their total bytes. */
  async size(): Promise<{ entries: number; bytes: number }> {
    const entries = await this.#entries();
    return { entries: entries.length, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /** Removes all entries. Returns their number and total bytes. */
  async clear(): Promise<{ entries: number; bytes: number }> {
    const size = await this.size();
    await rm(this.#folder, { recursive: true, force: true });
    return size;
  }

  /** Removes the least recently used entries above `limit` bytes, and files that dead processes left. */
  async trim(limit = CACHE_BYTES): Promise<void> {
    await this.#removeLeftBehind();
    const entries = (await this.#entries()).sort((a, b) => a.usedMs - b.usedMs);
    let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    for (const entry of entries) {
      if (bytes <= limit) return;
      await rm(this.#path(entry.key), { force: true });
      bytes -= entry.bytes;
    }
  }

  async #entries(): Promise<{ key: string; bytes: number; usedMs: number }[]> {
    const entries = [];
    for (const name of await this.#names()) {
      const key = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
      const facts = key === undefined ? null : await stat(join(this.#folder, name)).catch(() => null);
      if (key !== undefined && facts?.isFile()) entries.push({ key, bytes: facts.size, usedMs: facts.mtimeMs });
    }
    return entries;
  }

  async #removeLeftBehind(): Promise<void> {
    for (const name of await this.#names()) {
      if (!name.endsWith('.part')) continue;
      const path = join(this.#folder, name);
      const facts = await stat(path).catch(() => null);
      if (facts?.isFile() && Date.now() - facts.mtimeMs > LEFT_BEHIND_MS) await rm(path, { force: true });
    }
  }

  #names(): Promise<string[]> {
    return readdir(this.#folder).catch(() => []);
  }

  #path(key: string): string {
    return join(this.#folder, `${key}.json`);
  }
}
