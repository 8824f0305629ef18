import { createWriteStream, existsSync } from 'node:fs';
import { type FileHandle, lstat, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { protectedPath } from '../../shared/crew/protected-path.ts';
import { isInside } from '../base/contained-path.ts';
import { chunksOf } from '../base/folder-handle.ts';
import { shownPath } from '../base/workspace-path.ts';
import { type ExtractionLimits, extractText } from './documents/extract.ts';
import { openToRead } from './workspace-path.ts';

/** Each file stays open until the query ends. */
const MAX_FILES = 1000;
const MIB = 1024 * 1024;
const MAX_WORKBOOK_BYTES = 64 * MIB;
/** The maximum number of names that glob() lists. */
const MAX_LISTED = 10_000;

/** A file that a query may read. */
export interface OpenFile {
  /** Relative to the workspace, with `/`. */
  name: string;
  handle: FileHandle;
}

/**
 * A private folder that contains, under their paths relative to the workspace, the files that a query names. DuckDB
 * checks a name and then opens it, so a link that changes in between would lead it elsewhere. Therefore each file is
 * opened and checked here, and the folder leads DuckDB to the open file instead of its name. On Linux, an entry is a
 * link to the open descriptor. Other systems have no such link for every kind of file; there, an entry is a copy.
 */
export class QueryView {
  readonly folder: string;
  readonly #workspace: string;
  readonly #files = new Map<string, FileHandle>();
  /** The names of sheets in the folder, which are made from workbooks. */
  readonly converted = new Set<string>();
  #listed = 0;

  private constructor(folder: string, workspace: string) {
    this.folder = folder;
    this.#workspace = workspace;
  }

  static async create(workspace: string): Promise<QueryView> {
    return new QueryView(await realpath(await mkdtemp(join(tmpdir(), 'crewlane-query-'))), workspace);
  }

  get files(): OpenFile[] {
    return [...this.#files].map(([name, handle]) => ({ name, handle })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Opens a file and shows it in the folder. Returns false if there is no such file; throws if it may not be read. */
  async add(name: string): Promise<boolean> {
    if (this.#files.has(name)) return true;
    if (this.#files.size === MAX_FILES) throw new Error(`The query reads more than ${MAX_FILES} files. Name fewer.`);
    const opened = await openToRead(this.#workspace, name);
    if (!opened.ok) {
      if (opened.missing || (await isFolder(resolve(this.#workspace, name)))) return false;
      throw new Error(opened.text);
    }
    this.#files.set(name, opened.file);
    const entry = await this.#entry(name);
    if (process.platform === 'linux' && existsSync('/proc/self/fd')) {
      await symlink(`/proc/self/fd/${opened.file.fd}`, entry);
    } else {
      await pipeline(chunksOf(opened.file), createWriteStream(entry, { flags: 'wx', mode: 0o600 }));
    }
    return true;
  }

  /**
   * Shows a sheet of a workbook in the folder as a CSV file. Throws if it cannot be read.
   * @param sheet null: the first
   * @returns the name of the CSV file
   */
  async addSheet(file: string, sheet: string | null, limits: ExtractionLimits): Promise<string> {
    const name = `${sheet === null ? file : `${file}/${sheet}`}.csv`;
    if (this.converted.has(name)) return name;
    const opened = await openToRead(this.#workspace, file);
    if (!opened.ok) throw new Error(opened.text);
    if (opened.size > MAX_WORKBOOK_BYTES) {
      await opened.file.close();
      throw new Error(`${file} is larger than ${MAX_WORKBOOK_BYTES / MIB} MiB. Export the sheet as CSV.`);
    }
    if (this.#files.has(file)) await this.#files.get(file)?.close();
    this.#files.set(file, opened.file);
    const bytes = Buffer.alloc(opened.size);
    await opened.file.read(bytes, 0, bytes.length, 0);
    const request = { kind: 'xlsx' as const, path: file, bytes, pages: null, sheet, text: null };
    const extracted = await extractText(request, limits);
    if (!extracted.ok) throw new Error(extracted.text);
    await writeFile(await this.#entry(name), extracted.text, { mode: 0o600 });
    this.converted.add(name);
    return name;
  }

  /**
   * Shows the name of a file of the workspace without its content. Leaves out a name that leads outside or to the
   * files of Crewlane itself.
   */
  async list(name: string): Promise<void> {
    if (this.#files.has(name)) return;
    this.#listed += 1;
    if (this.#listed > MAX_LISTED) throw new Error(`More than ${MAX_LISTED} files match. Use a narrower pattern.`);
    const real = await realpath(resolve(this.#workspace, name)).catch(() => null);
    if (real === null || !isInside(this.#workspace, real)) return;
    if (protectedPath(shownPath(this.#workspace, real)) === 'crewlane') return;
    await writeFile(await this.#entry(name), '', { flag: 'a', mode: 0o600 });
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    for (const handle of this.#files.values()) await handle.close();
  }

  async #entry(name: string): Promise<string> {
    const entry = join(this.folder, name);
    await mkdir(dirname(entry), { recursive: true });
    return entry;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isDirectory() ?? false;
}
