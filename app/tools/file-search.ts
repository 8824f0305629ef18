import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { isBoundedGlob } from '../../shared/crew/bounded-glob.ts';
import { protectedPath } from '../../shared/crew/protected-path.ts';
import { countOf } from '../../shared/figures/format.ts';
import type { FileContent } from '../../shared/run/events.ts';
import { TOOLS, type ToolArguments } from '../../shared/tools/catalogue.ts';
import { sha256 } from '../base/hash.ts';
import { folderInWorkspace } from '../base/workspace-path.ts';
import { decodeText } from './decode-text.ts';
import { slotTool } from './described-tool.ts';
import { lineMatcher } from './match-lines.ts';
import type { ToolContext, ToolResult } from './tool.ts';
import { openToRead } from './workspace-path.ts';

const MAX_ENTRIES = 50_000;
const MAX_DEPTH = 64;
/** Larger files are tables, which `query_data` searches. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** The maximum number of bytes that one call searches. */
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_LINE = 300;
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.crewlane']);

export const fileSearch = slotTool(TOOLS.file_search, { call: search });

type Arguments = ToolArguments<'file_search'>;

async function search(
  { query, path = '.', glob, regex = false, count = 50 }: Arguments,
  { workspace, signal }: ToolContext,
): Promise<ToolResult> {
  if (glob !== undefined && !isBoundedGlob(glob)) {
    return {
      ok: false,
      text: 'glob has too many wildcards. Use at most 3 times "*", 2 times "**" and one group in braces.',
    };
  }
  const folder = await folderInWorkspace(workspace, path);
  if (folder === null)
    return { ok: false, text: `${path} is not a folder of the workspace. Give a path relative to it.` };
  const matches = glob === undefined ? () => true : matcher(glob);
  const found = await filesBelow(workspace, folder, matches, signal);
  const listing = { measured: { listing: true as const } };
  if (query === undefined || query === '')
    return { ok: true, text: await listText(workspace, found, count), ...listing };
  const match = lineMatcher(query, regex);
  if (!match.ok) return match;
  const lines = await matchingLines(workspace, found.paths, match.lines, count, signal);
  if (typeof lines === 'string') return { ok: false, text: lines, ...listing };
  const { texts, files, notes } = lines;
  const where =
    found.paths.length === 0
      ? 'There are no such files.'
      : `No line matches in ${countOf(found.paths.length, 'file')}.`;
  const all = [...(texts.length === 0 ? [where] : texts), ...[...notes, ...found.notes].map((note) => `[${note}]`)];
  return { ok: true, text: all.join('\n'), measured: { listing: true, ...(files.length > 0 ? { files } : {}) } };
}

/** A pattern without a slash matches names in every folder. */
function matcher(glob: string): (path: string) => boolean {
  const matches = picomatch(glob.normalize('NFC'), { dot: true, basename: !glob.includes('/') });
  return (path) => matches(path.normalize('NFC'));
}

interface FoundFiles {
  /** Relative to the workspace, in order. */
  paths: string[];
  notes: string[];
}

/** Lists the files below a folder. Links to folders are not followed. */
async function filesBelow(
  workspace: string,
  start: string,
  matches: (path: string) => boolean,
  signal: AbortSignal,
): Promise<FoundFiles> {
  const paths: string[] = [];
  let seen = 0;
  const folders = [{ path: start, depth: 0 }];
  for (let folder = folders.shift(); folder; folder = folders.shift()) {
    signal.throwIfAborted();
    const entries = await readdir(join(workspace, folder.path), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      seen += 1;
      if (seen > MAX_ENTRIES)
        return { paths, notes: [`only the first ${MAX_ENTRIES} names were searched; give a folder as path`] };
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
      if (entry.isDirectory()) {
        const isSearched =
          folder.depth < MAX_DEPTH && !SKIPPED_FOLDERS.has(entry.name) && protectedPath(path) !== 'crewlane';
        if (isSearched) folders.push({ path, depth: folder.depth + 1 });
      } else if ((entry.isFile() || entry.isSymbolicLink()) && matches(path)) paths.push(path);
    }
  }
  return { paths: paths.sort(), notes: [] };
}

async function listText(workspace: string, { paths, notes }: FoundFiles, count: number): Promise<string> {
  const lines: string[] = [];
  for (const path of paths) {
    if (lines.length === count) break;
    const opened = await openToRead(workspace, path);
    if (!opened.ok) continue;
    await opened.file.close();
    lines.push(`${path} (${countOf(opened.size, 'byte')})`);
  }
  const more = paths.length > count ? [`the first ${count} of ${paths.length} files; raise count or give a glob`] : [];
  if (lines.length === 0) return 'There are no such files.';
  return [...lines, ...[...more, ...notes].map((note) => `[${note}]`)].join('\n');
}

/** Returns the matching lines as `path:line: text`, or why the search failed. */
async function matchingLines(
  workspace: string,
  paths: readonly string[],
  linesOf: (text: string) => { number: number; text: string }[] | null,
  count: number,
  signal: AbortSignal,
): Promise<{ texts: string[]; files: FileContent[]; notes: string[] } | string> {
  const texts: string[] = [];
  const files: FileContent[] = [];
  const notes: string[] = [];
  let room = MAX_BYTES;
  let skipped = 0;
  for (const path of paths) {
    signal.throwIfAborted();
    const bytes = await contentOf(workspace, path);
    room -= bytes?.length ?? 0;
    if (room < 0) {
      notes.push(`only the first ${MAX_BYTES / (1024 * 1024)} MiB were searched; give a folder as path, or a glob`);
      break;
    }
    const decoded = bytes === null ? null : decodeText(bytes);
    if (bytes === null || decoded === null) {
      skipped += 1;
      continue;
    }
    const lines = linesOf(decoded.text);
    if (lines === null) return `The regular expression takes too long on ${path}. Use a simpler one.`;
    if (lines.length > 0) files.push({ file: path, sha256: sha256(bytes) });
    for (const { number, text } of lines) {
      if (texts.length === count) {
        notes.push(`the first ${count} matches only; raise count, or search more precisely`);
        return { texts, files, notes };
      }
      texts.push(`${path}:${number}: ${text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text}`);
    }
  }
  if (skipped > 0)
    notes.push(
      `${countOf(skipped, 'file')} not searched: not text, or larger than ${MAX_FILE_BYTES / (1024 * 1024)} MiB`,
    );
  return { texts, files, notes };
}

/** Returns the content of a file; null if it is too large or cannot be read. */
async function contentOf(workspace: string, path: string): Promise<Buffer | null> {
  const opened = await openToRead(workspace, path);
  if (!opened.ok) return null;
  try {
    return opened.size > MAX_FILE_BYTES ? null : await opened.file.readFile();
  } finally {
    await opened.file.close();
  }
}
