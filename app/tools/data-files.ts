import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openToRead } from './workspace-path.ts';

interface DataFile {
  /** Relative to the workspace, with `/`. */
  path: string;
  /** The heading of a CSV file; null for other kinds. */
  columns: string[] | null;
}

interface DataFiles {
  files: DataFile[];
  /** Whether more files exist, in folders that were not searched or beyond the number that is listed. */
  more: boolean;
}

const MAX_FILES = 50;
const MAX_DEPTH = 4;
/** The maximum number of searched folders: a workspace may be a whole repository, and is searched before every turn. */
const MAX_FOLDERS = 200;
const MAX_HEADING_BYTES = 8192;
const SKIPPED_FOLDERS = new Set(['node_modules']);

/** The maximum length of the list in characters: the list is sent with every model call. */
const MAX_TEXT = 4000;
const MAX_COLUMNS = 30;
const MAX_NAME = 60;

/** Describes the tables of the workspace to a model, in at most about 4,000 characters. */
export async function describeDataFiles(workspace: string): Promise<string> {
  const { files, more } = await listDataFiles(workspace);
  if (files.length === 0) return 'There are no such files yet.';
  const lines: string[] = [];
  let room = MAX_TEXT;
  for (const file of files) {
    const line = `- ${file.path}${columnsText(file.columns)}`;
    room -= line.length + 1;
    if (room < 0) break;
    lines.push(line);
  }
  const all = lines.length === files.length && !more;
  const note = "There are more: SELECT file FROM glob('**/*.csv'). Columns of one: DESCRIBE 'FILE'";
  return ['Files:', ...lines, ...(all ? [] : [note])].join('\n');
}

function columnsText(columns: readonly string[] | null): string {
  if (columns === null) return '';
  const names = columns
    .slice(0, MAX_COLUMNS)
    .map((name) => (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name));
  const more = columns.length > MAX_COLUMNS ? ', …' : '';
  return ` (${names.join(', ')}${more})`;
}

/**
 * Returns the tables of the workspace by path, upper folders first. Hidden folders and installed packages are skipped.
 */
async function listDataFiles(workspace: string): Promise<DataFiles> {
  const { paths, more } = await pathsIn(workspace);
  const listed = paths.slice(0, MAX_FILES).sort();
  const files = await Promise.all(listed.map(async (path) => ({ path, columns: await columnsOf(workspace, path) })));
  return { files, more: more || paths.length > MAX_FILES };
}

async function pathsIn(workspace: string): Promise<{ paths: string[]; more: boolean }> {
  const folders = [{ path: '', depth: 0 }];
  const paths: string[] = [];
  let looked = 0;
  for (let folder = folders.shift(); folder; folder = folders.shift()) {
    if (looked === MAX_FOLDERS || paths.length > MAX_FILES) return { paths, more: true };
    looked += 1;
    for (const entry of await entriesOf(join(workspace, folder.path))) {
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
      if (entry.isDirectory() && folder.depth < MAX_DEPTH) folders.push({ path, depth: folder.depth + 1 });
      if (entry.isFile() && /\.(csv|tsv|json|jsonl|ndjson|parquet|xlsx|xlsm)$/i.test(entry.name)) paths.push(path);
    }
  }
  return { paths, more: false };
}

/** Lists a folder; empty if it cannot be read. */
async function entriesOf(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const shown = entries.filter(({ name }) => !name.startsWith('.') && !SKIPPED_FOLDERS.has(name));
  return shown.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function columnsOf(workspace: string, path: string): Promise<string[] | null> {
  if (!/\.(csv|tsv)$/i.test(path)) return null;
  const opened = await openToRead(workspace, path);
  if (!opened.ok) return null;
  try {
    const { buffer, bytesRead } = await opened.file.read(Buffer.alloc(MAX_HEADING_BYTES), 0, MAX_HEADING_BYTES, 0);
    const [heading = ''] = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/);
    return columnNames(heading, /\.tsv$/i.test(path) ? '\t' : ',');
  } finally {
    await opened.file.close();
  }
}

/** The names in the heading of a CSV file. A separator inside quotation marks belongs to a name. */
export function columnNames(heading: string, separator: string): string[] {
  const names = heading.replace(/^\uFEFF/, '').match(new RegExp(`(?:"[^"]*"|[^"${separator}])+`, 'g')) ?? [];
  return names.map((name) => name.replaceAll('"', '').trim());
}
