import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { answerTable, fetched } from '../../../shared/tools/answer-table.ts';
import { schemaNote } from '../../../shared/tools/schema-note.ts';
import { chunksOf } from '../../base/folder-handle.ts';
import { hideFolder } from '../../base/hide-folder.ts';
import { shownPath } from '../../base/workspace-path.ts';
import { runInThread } from '../thread/run-in-thread.ts';
import { type ToolContext, type ToolResult, UNLIMITED_MIB } from '../tool.ts';
import { openToRead } from '../workspace-path.ts';
import type { SqliteAnswer } from './sqlite-messages.ts';

const MAX_BYTES = 1024 * 1024 * 1024;
const HEADER = 'SQLite format 3\0';

/** A query of a SQLite file of the workspace. */
export interface SqliteQuery {
  file: string;
  sql: string;
  /** The maximum number of rows to return. */
  count: number;
  timeoutMs: number;
}

/**
 * Runs a query on a copy of a SQLite file, in a separate thread. The library locks a file that it opens and finds its
 * other files by name, so it never opens one of the workspace.
 */
export async function querySqlite(query: SqliteQuery, context: ToolContext): Promise<ToolResult> {
  const { workspace } = context;
  const opened = await openToRead(workspace, query.file);
  if (!opened.ok) return { ok: false, text: opened.text };
  const folder = await mkdtemp(join(tmpdir(), 'crewlane-sqlite-'));
  try {
    const problem = await problemOf(opened.file, opened.size, query.file, workspace);
    if (problem !== null) return { ok: false, text: problem };
    const copy = join(folder, 'copy.db');
    const sha256 = await copyTo(opened.file, copy);
    const measured = { files: [{ file: shownPath(workspace, query.file), sha256 }] };
    const result = await run(copy, query, context);
    return { ...result, text: hideFolder(result.text, folder), measured };
  } finally {
    await opened.file.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(
  copy: string,
  { file, sql, count, timeoutMs }: SqliteQuery,
  context: ToolContext,
): Promise<ToolResult> {
  const { memoryMib = UNLIMITED_MIB, signal } = context;
  const request = { file: copy, sql, limit: fetched(count).limit };
  const ended = await runInThread<SqliteAnswer>('sqlite', request, { memoryMib, signal, maxMs: timeoutMs });
  switch (ended.status) {
    case 'late':
      return { ok: false, text: `The query took longer than ${timeoutMs / 1000} s (timeout_s). Filter or aggregate.` };
    case 'memory':
      return {
        ok: false,
        text: `The query needs more memory than the slot has (settings.slot_memory_mib is ${memoryMib}). Filter or aggregate.`,
      };
    case 'failed':
      return { ok: false, text: `${file} cannot be read: ${ended.reason}.` };
    case 'answered':
      break;
  }
  const answer = ended.value;
  if (!answer.ok) return { ok: false, text: `The query failed: ${answer.message}.${schemaNote(answer.tables)}` };
  const { titles, rows } = answer;
  if (rows.length === 0) return { ok: true, text: 'The result has no rows.' };
  return { ok: true, text: answerTable({ titles, columnCount: titles.length, rows }, count).text };
}

/** Returns why a file cannot be read as a database, or null. */
async function problemOf(file: FileHandle, size: number, named: string, workspace: string): Promise<string | null> {
  if (size > MAX_BYTES) return `${named} is larger than 1 GiB, which is the limit.`;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
  if (bytesRead < 20 || buffer.toString('latin1', 0, 16) !== HEADER) return `${named} is not a SQLite database.`;
  const changes = buffer[18] === 2 ? await openToRead(workspace, `${named}-wal`) : null;
  if (!changes?.ok) return null;
  await changes.file.close();
  if (changes.size === 0) return null;
  return `${named} has changes that are still in ${named}-wal. Close the program that writes them, and try again.`;
}

async function copyTo(file: FileHandle, path: string): Promise<string> {
  const hash = createHash('sha256');
  let at = 0;
  await pipeline(
    chunksOf(file),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        // The copy is in the usual mode: the library cannot share memory, as the mode with a second file needs.
        if (at === 0) yield inUsualMode(chunk);
        else yield chunk;
        at += chunk.length;
      }
    },
    createWriteStream(path, { mode: 0o600 }),
  );
  return hash.digest('hex');
}

/** Bytes 18 and 19 of a database say how it is written and read: 1 for a journal, 2 for a write-ahead log. */
function inUsualMode(first: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(first);
  changed.set([1, 1], 18);
  return changed;
}
