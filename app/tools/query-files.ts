import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { protectedPath } from '../../shared/crew/protected-path.ts';
import type { Measured } from '../../shared/run/events.ts';
import { isInside } from '../base/contained-path.ts';
import { chunksOf } from '../base/folder-handle.ts';
import { sha256OfChunks } from '../base/hash.ts';
import { shownPath } from '../base/workspace-path.ts';
import { columnNames } from './data-files.ts';
import type { ExtractionLimits } from './documents/extract.ts';
import { isPattern, type NamedFiles, relativeName } from './query-names.ts';
import type { OpenFile, QueryView } from './query-view.ts';

export type Reads = NonNullable<Measured['reads']>;

/** The part of a file that is searched for a heading. */
const MAX_HEADING_BYTES = 64 * 1024;

/** The files of a query, opened. */
export interface OpenedFiles {
  named: NamedFiles;
  /** Each name of the query with its path relative to the workspace. */
  paths: ReadonlyMap<string, string>;
  view: QueryView;
}

/**
 * Opens the files that a query names, including those that match its patterns. The current folder must be the
 * workspace.
 */
export async function openNamed(
  connection: DuckDBConnection,
  named: NamedFiles,
  view: QueryView,
  { workspace, ...limits }: { workspace: string } & ExtractionLimits,
): Promise<OpenedFiles> {
  const { names, listed } = named;
  const paths = new Map([...names, ...listed].map((name) => [name, relativeName(workspace, pathOf(name))]));
  for (const name of names) {
    const path = paths.get(name) ?? name;
    if (!isInside(workspace, resolve(workspace, path))) continue;
    const sheet = sheetOf(path);
    if (sheet !== null) {
      paths.set(name, await view.addSheet(sheet.file, sheet.name, limits));
      continue;
    }
    for (const file of isPattern(path) ? await matching(connection, path, workspace) : [path]) await view.add(file);
  }
  for (const pattern of pathsOf(paths, listed)) {
    for (const file of await matching(connection, pattern, workspace)) await view.list(file);
  }
  return { named, paths, view };
}

/** Returns the sheet of a workbook that a name refers to; null for other names. */
function sheetOf(path: string): { file: string; name: string | null } | null {
  const found = /^(.*\.xls[xm])(?:\/([^/]+))?$/i.exec(path);
  const [, file, name = null] = found ?? [];
  return file === undefined || isPattern(file) ? null : { file, name };
}

function pathsOf(paths: ReadonlyMap<string, string>, names: ReadonlySet<string>): string[] {
  return [...names].map((name) => paths.get(name) ?? name);
}

/** DuckDB treats `file:` as a special kind of path. A single letter is a Windows drive. */
function pathOf(name: string): string {
  if (!/^[a-z][a-z\d+.-]+:/i.test(name)) return name;
  throw new Error(`${name} is an address. Give the path of a file, relative to the workspace.`);
}

/** Returns the files that match a pattern, relative to the workspace, without those of Crewlane itself. */
async function matching(connection: DuckDBConnection, pattern: string, workspace: string): Promise<string[]> {
  const reader = await connection.runAndReadAll('SELECT file FROM glob($1::VARCHAR)', [pattern]);
  const files = reader.getRows().map(([file]) => resolve(workspace, String(file)));
  const inside = files.filter((file) => isInside(workspace, file)).map((file) => shownPath(workspace, file));
  return inside.filter((file) => protectedPath(file) !== 'crewlane');
}

/** Returns the files that an answer depends on, each with the hash of the content that the query reads. */
export async function contentsBehind({ named, paths, view }: OpenedFiles, workspace: string): Promise<Measured> {
  const files = new Map<string, string | null>();
  for (const { name, handle } of view.files) {
    files.set(shownPath(workspace, name), await sha256OfChunks(chunksOf(handle)).catch(() => null));
  }
  for (const path of pathsOf(paths, named.names)) {
    // A name that looks like a file may become one later; a common table expression never does.
    const shown = shownPath(workspace, path);
    const missing = !view.converted.has(path) && !files.has(shown) && !isPattern(path) && /\.\w+$/.test(path);
    if (missing && isInside(workspace, resolve(workspace, path))) files.set(shown, null);
  }
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, sha256]) => ({ file, sha256 }));
  return { ...(sorted.length > 0 ? { files: sorted } : {}), ...(named.listing ? { listing: true as const } : {}) };
}

/** Returns the opened files that names in the query refer to, relative to the view. */
async function filesOf(
  connection: DuckDBConnection,
  names: ReadonlySet<string>,
  { paths, view }: OpenedFiles,
): Promise<OpenFile[]> {
  const found = new Set<string>();
  for (const path of pathsOf(paths, names)) {
    for (const file of isPattern(path) ? await matching(connection, path, view.folder) : [path]) found.add(file);
  }
  return view.files.filter(({ name }) => found.has(name));
}

/** Returns the files whose rows a query reads, with their row counts. A complete query reads all rows of a file. */
export async function filesRead(connection: DuckDBConnection, opened: OpenedFiles): Promise<Reads> {
  const reads: Reads = [];
  for (const { name } of await filesOf(connection, opened.named.tables, opened)) {
    const rows = await rowsOf(connection, name);
    if (rows !== null) reads.push({ file: shownPath(opened.view.folder, name), rows, all: true });
  }
  return reads;
}

async function rowsOf(connection: DuckDBConnection, file: string): Promise<number | null> {
  const reader = await connection
    .runAndReadAll(`SELECT count(*) FROM '${file.replaceAll("'", "''")}'`)
    .catch(() => null);
  const count = reader?.getRows()[0]?.[0];
  return count === undefined || count === null ? null : Number(count);
}

const sniffedSchema = z.tuple([z.coerce.number(), z.coerce.number()]);

/**
 * Returns notes on CSV files that DuckDB reads differently from their headings if the query gives no format: rows of
 * different lengths make it read whole lines as one column, and it leaves out lines above the heading.
 */
export async function misreadFiles(connection: DuckDBConnection, opened: OpenedFiles): Promise<string[]> {
  const notes: string[] = [];
  for (const { name, handle } of await filesOf(connection, opened.named.guessed, opened)) {
    if (!/\.(csv|tsv)$/i.test(name)) continue;
    const reader = await connection
      .runAndReadAll('SELECT SkipRows, len(Columns) FROM sniff_csv($1::VARCHAR)', [name])
      .catch(() => null);
    const sniffed = sniffedSchema.safeParse(reader?.getRows()[0]);
    if (sniffed.success) notes.push(...(await misread(name, handle, ...sniffed.data)));
  }
  return notes;
}

async function misread(name: string, handle: OpenFile['handle'], skipped: number, columns: number): Promise<string[]> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HEADING_BYTES), 0, MAX_HEADING_BYTES, 0);
  const heading = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/)[skipped] ?? '';
  const left = skipped === 0 ? [] : [`[${name}: lines 1 to ${skipped}, above the heading, were left out]`];
  if (columns !== 1) return left;
  const separator = [',', ';', '\t', '|'].find((mark) => columnNames(heading, mark).length > 1);
  if (separator === undefined) return left;
  const delim = separator === '\t' ? '\\t' : separator;
  const file = name.replaceAll("'", "''");
  return [
    ...left,
    `[${name} was read as ONE column, because its rows do not all have the same number of fields. For separate columns use read_csv('${file}', delim = '${delim}', header = true, null_padding = true)]`,
  ];
}
