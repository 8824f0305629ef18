import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isKnownBy, type Knowledge } from '../../shared/crew/knowledge.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { pathMatcher } from '../../shared/figures/glob.ts';
import { memoized } from '../../shared/memoized.ts';
import { isInside } from '../base/contained-path.ts';
import { sha256, sha256OfParts } from '../base/hash.ts';
import { codeOf, messageOf } from '../base/system-error.ts';

const MIB = 1024 * 1024;
const MAX_FILE_MIB = 64;
const MAX_FILES = 1000;
const MAX_ENTRIES = 50_000;
const MAX_DEPTH = 20;
/** The workspace of a crew that names none. */
const DEFAULT_WORKSPACE = 'workspace';

/** A file that some agents know, and its content when it was found. */
export interface KnowledgeFile {
  /** Below the folder of the crew file, with `/`. */
  file: string;
  sha256: string;
  /** The positions of the entries of `knowledge` that name it. */
  entries: readonly number[];
}

/** A file that cannot be used. `why` follows its name. */
export interface LeftOut {
  file: string;
  why: string;
}

/** The files that match `knowledge`, and those that cannot be used. */
export interface FoundKnowledge {
  files: readonly KnowledgeFile[];
  leftOut: readonly LeftOut[];
}

/** The files of a crew's `knowledge`, as they are on disk. Links and names that start with "." are not followed. */
export class KnowledgeFiles {
  readonly #folder: string;
  readonly #entries: readonly Knowledge[];
  readonly #workspace: string;
  #found: Promise<FoundKnowledge> | null = null;

  /** @param folder the folder of the crew file */
  constructor(folder: string, crew: Pick<Crew, 'knowledge' | 'settings'>) {
    this.#folder = folder;
    this.#entries = crew.knowledge;
    this.#workspace = crew.settings.workspace ?? DEFAULT_WORKSPACE;
  }

  /** Returns the files, in order. They are searched and read once. */
  find(): Promise<FoundKnowledge> {
    this.#found ??= this.#search();
    return this.#found;
  }

  /** Whether an agent knows a file. */
  isKnown(agent: string, { entries }: Pick<KnowledgeFile, 'entries'>): boolean {
    return entries.some((index) => this.#entries.some((entry, at) => at === index && isKnownBy(entry, agent)));
  }

  /** Returns a hash of everything that these agents know; null if they know nothing. */
  async hashFor(agents: readonly string[]): Promise<string | null> {
    const { files } = await this.find();
    const known = files.filter((file) => agents.some((agent) => this.isKnown(agent, file)));
    return known.length === 0 ? null : sha256OfParts(known.map(({ file, sha256: hash }) => [file, hash]));
  }

  /** Returns the content of a file, or why it cannot be read, as a phrase that follows its name. */
  async read(file: string): Promise<Uint8Array | string> {
    try {
      const folder = await realpath(this.#folder);
      const path = join(folder, ...file.split('/'));
      // A link on the way would lead elsewhere.
      if ((await realpath(path)) !== path || !isInside(folder, path)) return 'is reached through a link';
      const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        const facts = await handle.stat();
        if (!facts.isFile()) return 'is not a file';
        if (facts.size > MAX_FILE_MIB * MIB) return `is larger than ${MAX_FILE_MIB} MiB`;
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    }
  }

  /** Returns the paths that match `knowledge`, without reading the files. */
  async paths(): Promise<{ path: string; entries: number[] }[]> {
    const names = await this.#names();
    return names.flatMap((path) => {
      const entries = entriesOf(this.#entries, path);
      return entries.length === 0 ? [] : [{ path, entries }];
    });
  }

  async #search(): Promise<FoundKnowledge> {
    const files: KnowledgeFile[] = [];
    const leftOut: LeftOut[] = [];
    const paths = await this.paths();
    for (const [index, { path }] of this.#entries.entries())
      if (!paths.some(({ entries }) => entries.includes(index))) leftOut.push({ file: path, why: 'matches no file' });
    for (const { path, entries } of paths) {
      if (files.length === MAX_FILES) {
        leftOut.push({ file: path, why: `is not one of the first ${MAX_FILES} files` });
        break;
      }
      const content = await this.read(path);
      if (typeof content === 'string') leftOut.push({ file: path, why: content });
      else files.push({ file: path, sha256: sha256(content), entries });
    }
    return { files, leftOut };
  }

  /** Lists the files below the folder, without the workspace: a run writes there. */
  async #names(): Promise<string[]> {
    const names: string[] = [];
    const folders = [{ path: '', depth: 0 }];
    let seen = 0;
    for (let folder = folders.shift(); folder !== undefined && seen < MAX_ENTRIES; folder = folders.shift()) {
      const entries = await readdir(join(this.#folder, folder.path), { withFileTypes: true }).catch(() => []);
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        seen += 1;
        if (entry.name.startsWith('.')) continue;
        const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
        if (entry.isDirectory() && folder.depth < MAX_DEPTH && !this.#isSkipped(path))
          folders.push({ path, depth: folder.depth + 1 });
        else if (entry.isFile()) names.push(path);
      }
    }
    return names.sort();
  }

  #isSkipped(path: string): boolean {
    return path.normalize('NFC') === this.#workspace || path.split('/').at(-1) === 'node_modules';
  }
}

/** Returns the positions of the entries of `knowledge` that name a file. */
export function entriesOf(knowledge: readonly Knowledge[], file: string): number[] {
  return knowledge.flatMap((entry, index) => (matcherOf(entry)(file.normalize('NFC')) ? [index] : []));
}

/** A path without wildcards that names a folder matches all files below it. */
const matcherOf = memoized(({ path: pattern }: Knowledge): ((path: string) => boolean) => {
  const plain = pattern.replace(/\/$/, '');
  const matches = pathMatcher(plain);
  return (path) => path === plain || path.startsWith(`${plain}/`) || matches(path);
});
