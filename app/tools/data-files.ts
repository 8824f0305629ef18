import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openToRead } from './workspace-path.ts';

export interface DataFile {
  /** Relative to the workspace, with `/`. */
  path: string;
  /** The heading of a CSV file; null for other kinds. */
  columns: string[] | null;
}

const MAX_FILES = 50;
const MAX_DEPTH = 4;
const MAX_HEADING_BYTES = 8192;

/** The tables of the workspace, by path; folders that begin with a dot are passed over. */
export async function listDataFiles(workspace: string): Promise<DataFile[]> {
  const paths = (await pathsBelow(workspace, '', 0)).sort().slice(0, MAX_FILES);
  return Promise.all(paths.map(async (path) => ({ path, columns: await columnsOf(workspace, path) })));
}

async function pathsBelow(workspace: string, folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(join(workspace, folder), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() && depth < MAX_DEPTH) found.push(...(await pathsBelow(workspace, path, depth + 1)));
    if (entry.isFile() && /\.(csv|tsv|json|jsonl|ndjson|parquet)$/i.test(entry.name)) found.push(path);
  }
  return found;
}

async function columnsOf(workspace: string, path: string): Promise<string[] | null> {
  if (!/\.(csv|tsv)$/i.test(path)) return null;
  const opened = await openToRead(workspace, path);
  if (!opened.ok) return null;
  try {
    const { buffer, bytesRead } = await opened.file.read(Buffer.alloc(MAX_HEADING_BYTES), 0, MAX_HEADING_BYTES, 0);
    const [heading = ''] = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/);
    return heading.split(/\.tsv$/i.test(path) ? '\t' : ',').map((name) => name.replaceAll('"', '').trim());
  } finally {
    await opened.file.close();
  }
}
