import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { parseJson } from '../../shared/parse-json.ts';
import { replaceFile } from '../base/folder-handle.ts';
import { sha256 } from '../base/hash.ts';
import { makePrivateFolder } from '../base/private-folder.ts';
import { codeOf } from '../base/system-error.ts';

/** The maximum length of an item, in characters. */
export const MAX_ITEM_CHARACTERS = 4000;
/** The maximum number of items of a crew. */
const MAX_ITEMS = 10_000;
const MIB = 1024 * 1024;
/** A larger file is neither written nor read. */
const MAX_MIB = 64;
const FULL = `The memory is full: its file can have ${MAX_MIB} MiB. Delete items.`;
/** The age in ms from which a lock is abandoned. A change takes milliseconds, so its process has crashed. */
const STALE_LOCK_MS = 10_000;
const LOCK_WAIT_MS = 20;

export const memoryItemSchema = z.object({
  id: z.string().min(1),
  text: z.string(),
  /** The agent that stored it; null for a person. */
  agent: z.string().nullable(),
  task: z.string().nullable(),
  run: z.string().nullable(),
  /** When it was stored: ISO 8601 in UTC. */
  at: z.string(),
});
export type MemoryItem = z.infer<typeof memoryItemSchema>;

/** The content of a memory. */
export interface Memory {
  /** The oldest first. */
  items: readonly MemoryItem[];
  /** Lines that cannot be read, such as one that a crash cut off. */
  damaged: number;
}

/** Whether a memory was changed. `reason`: why not, as a sentence. */
export type MemoryChange = { ok: true } | { ok: false; reason: string };

/** The memory of a crew: a file with one JSON object per line. Several runs can change it at the same time. */
export class MemoryFile {
  readonly path: string;
  readonly #folder: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.path = join(folder, `${name}.jsonl`);
  }

  /** Returns the items. Rejects with the system's error if the file exists and cannot be read. */
  async read(): Promise<Memory> {
    const size = await stat(this.path).catch((error: unknown) => missing(error));
    if (size === null) return { items: [], damaged: 0 };
    if (size.size > MAX_MIB * MIB) throw new Error(`${this.path} is larger than ${MAX_MIB} MiB`);
    const lines = (await readFile(this.path, 'utf8')).split('\n').filter((line) => line.trim() !== '');
    const parsed = lines.map((line) => memoryItemSchema.safeParse(parseJson(line)).data);
    const items = parsed.filter((item) => item !== undefined);
    return { items, damaged: lines.length - items.length };
  }

  /** Stores an item. One with the same ID is stored once, because a call can be repeated after a crash. */
  async add(item: MemoryItem): Promise<MemoryChange> {
    return this.#locked(async () => {
      const { items } = await this.read();
      if (items.some(({ id }) => id === item.id)) return { ok: true };
      if (items.length >= MAX_ITEMS) return { ok: false, reason: `The memory is full: it has ${MAX_ITEMS} items.` };
      const file = await open(this.path, 'a+', 0o600);
      try {
        // After a line that a crash cut off, the item begins a new one.
        const line = `${(await endsLine(file)) ? '' : '\n'}${JSON.stringify(item)}\n`;
        if ((await file.stat()).size + Buffer.byteLength(line) > MAX_MIB * MIB) return { ok: false, reason: FULL };
        await file.appendFile(line);
        await file.datasync();
      } finally {
        await file.close();
      }
      return { ok: true };
    });
  }

  /** Replaces the text of an item. */
  edit(id: string, text: string): Promise<MemoryChange> {
    return this.#rewrite((items) => items.map((item) => (item.id === id ? { ...item, text } : item)), id);
  }

  delete(id: string): Promise<MemoryChange> {
    return this.#rewrite((items) => items.filter((item) => item.id !== id), id);
  }

  /** Deletes all items, and lines that cannot be read. */
  async clear(): Promise<void> {
    await this.#locked(async () => rm(this.path, { force: true }));
  }

  #rewrite(change: (items: readonly MemoryItem[]) => readonly MemoryItem[], id: string): Promise<MemoryChange> {
    return this.#locked(async (): Promise<MemoryChange> => {
      const { items } = await this.read();
      if (!items.some((item) => item.id === id)) return { ok: false, reason: `There is no item ${id}.` };
      const text = change(items)
        .map((item) => `${JSON.stringify(item)}\n`)
        .join('');
      if (Buffer.byteLength(text) > MAX_MIB * MIB) return { ok: false, reason: FULL };
      await replaceFile(this.path, text);
      return { ok: true };
    });
  }

  /** Performs work while no other process can change the file. */
  async #locked<Result>(work: () => Promise<Result>): Promise<Result> {
    await makePrivateFolder(this.#folder);
    const lock = `${this.path}.lock`;
    for (;;) {
      const file = await open(lock, 'wx', 0o600).catch((error: unknown) => {
        if (codeOf(error) === 'EEXIST') return null;
        throw error;
      });
      if (file !== null) {
        await file.close();
        break;
      }
      const held = await stat(lock).catch((error: unknown) => missing(error));
      if (held !== null && Date.now() - held.mtimeMs > STALE_LOCK_MS) await rm(lock, { force: true });
      await delay(LOCK_WAIT_MS);
    }
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  }
}

/**
 * Returns the name of a crew's memory. Crews with the same name share it. Each file of a foreign crew has its own memory.
 * @param untrusted the real path of the file of such a crew; null for any other
 */
export function memoryName(crew: string, untrusted: string | null): string {
  return untrusted === null ? crew : `${crew}-${sha256(untrusted).slice(0, 8)}`;
}

function missing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

async function endsLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}
