import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskState } from '../../shared/run/state.ts';
import type { CacheEntry } from './cache-store.ts';

type Files = CacheEntry['files'];

/**
 * The files that have to be as they are said to be for a task's result to hold: what its tools read, as it was then, and
 * what they wrote, as it was left. What a task reads of its own writing is no condition.
 */
export function filesBehind(task: TaskState): Files {
  const read = new Map<string, Set<string | null>>();
  const wrote = new Map<string, string | null>();
  const calls = task.turns.flatMap((turn) => turn.tools).sort((a, b) => a.seq - b.seq);
  for (const { file, sha256, wrote: isWrite } of calls.flatMap(({ measured }) => measured?.files ?? [])) {
    if (isWrite) wrote.set(file, sha256);
    else if (!wrote.has(file)) read.set(file, (read.get(file) ?? new Set()).add(sha256));
  }
  const reads = [...read].flatMap(([file, contents]) => [...contents].map((sha256) => ({ file, sha256 })));
  const writes = [...wrote].map(([file, sha256]) => ({ file, sha256 }));
  return [...reads, ...writes];
}

interface Known {
  facts: string;
  sha256: string | null;
}

/** Contents of a workspace's files now. One that has not been touched since it was looked at is not read again. */
export class FileContents {
  readonly #workspace: string;
  readonly #known = new Map<string, Known>();

  constructor(workspace: string) {
    this.#workspace = workspace;
  }

  /** Those of `files` that are not as they are said to be, by name. */
  async changed(files: Files): Promise<string[]> {
    const changed = new Set<string>();
    for (const { file, sha256 } of files) if ((await this.#sha256(file)) !== sha256) changed.add(file);
    return [...changed].sort();
  }

  /** Null where there is no such file, or it cannot be read. */
  async #sha256(file: string): Promise<string | null> {
    const path = join(this.#workspace, file);
    const facts = await stat(path, { bigint: true }).catch(() => null);
    if (!facts?.isFile()) return null;
    const { dev, ino, size, mtimeNs, ctimeNs } = facts;
    const seen = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    const known = this.#known.get(file);
    if (known?.facts === seen) return known.sha256;
    const sha256 = await hashOf(path);
    // A file that was touched just now may be touched again within the clock's grain.
    if (Date.now() - Number(ctimeNs / 1_000_000n) > GRAIN_MS) this.#known.set(file, { facts: seen, sha256 });
    return sha256;
  }
}

const GRAIN_MS = 2000;

async function hashOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const bytes of createReadStream(path)) hash.update(bytes);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
