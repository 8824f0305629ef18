import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileContent } from '../../../shared/run/events.ts';
import { sha256OfChunks } from '../../base/hash.ts';

interface HashedFile {
  facts: string;
  sha256: string | null;
}

/** The content hashes of a workspace's files. A file that is unchanged since it was hashed is not read again. */
export class FileContents {
  readonly #workspace: string;
  readonly #known = new Map<string, HashedFile>();

  constructor(workspace: string) {
    this.#workspace = workspace;
  }

  /** Returns the names of the `files` whose content differs from the given hashes. */
  async changed(files: readonly FileContent[]): Promise<string[]> {
    const changed = new Set<string>();
    for (const { file, sha256 } of files) if ((await this.sha256(file)) !== sha256) changed.add(file);
    return [...changed].sort();
  }

  /** Returns the SHA-256 in hex; null if the file does not exist or cannot be read. */
  async sha256(file: string): Promise<string | null> {
    const path = join(this.#workspace, file);
    const facts = await stat(path, { bigint: true }).catch(() => null);
    if (!facts?.isFile()) return null;
    const { dev, ino, size, mtimeNs, ctimeNs } = facts;
    const seen = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    const known = this.#known.get(file);
    if (known?.facts === seen) return known.sha256;
    const sha256 = await sha256OfChunks(createReadStream(path)).catch(() => null);
    // A file that changed just now may change again within the clock's resolution.
    if (Date.now() - Number(ctimeNs / 1_000_000n) > GRAIN_MS) this.#known.set(file, { facts: seen, sha256 });
    return sha256;
  }
}

const GRAIN_MS = 2000;
