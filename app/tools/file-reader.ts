import { TOOLS, type ToolArguments } from '../../shared/tools/catalogue.ts';
import { sha256 } from '../base/hash.ts';
import { shownPath } from '../base/workspace-path.ts';
import { slotTool } from './described-tool.ts';
import { textOfFile } from './file-text.ts';
import { rowsIn } from './rows.ts';
import { type ToolContext, type ToolResult, UNLIMITED_MIB } from './tool.ts';
import { openToRead } from './workspace-path.ts';

/** The maximum number of characters per call: more would fill the context window of the model. */
const MAX_CHARACTERS = 64_000;
const MAX_BYTES = 64 * 1024 * 1024;

type Arguments = ToolArguments<'file_reader'>;

export const fileReader = slotTool(TOOLS.file_reader, { call: read });

async function read(args: Arguments, context: ToolContext): Promise<ToolResult> {
  const { path, first_line = 1, lines } = args;
  const { workspace, memoryMib = UNLIMITED_MIB, signal } = context;
  const shown = shownPath(workspace, path);
  const opened = await openToRead(workspace, path);
  if (!opened.ok) {
    const { ok, text } = opened;
    // An answer may depend on the absence of a file.
    return opened.missing ? { ok, text, measured: { files: [{ file: shown, sha256: null }] } } : { ok, text };
  }
  const { file, size } = opened;
  try {
    if (size > MAX_BYTES) return { ok: false, text: `${path} is larger than 64 MiB. Use query_data for tables.` };
    const bytes = await file.readFile();
    const files = [{ file: shown, sha256: sha256(bytes) }];
    const found = await textOfFile(shown, bytes, args, { memoryMib, signal });
    if (!found.ok) return { ...found, measured: { files } };
    const { measured, ok, text } = excerpt(shown, found.text, first_line, lines);
    const notes = ok ? found.notes.map((note) => `\n\n[${note}]`).join('') : '';
    return { ok, text: `${text}${notes}`, measured: { ...measured, files } };
  } finally {
    await file.close();
  }
}

/** Adds a note on which part of the text is shown, and returns the number of rows read. */
function excerpt(path: string, text: string, firstLine: number, count: number | undefined): ToolResult {
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  if (firstLine > Math.max(all.length, 1)) return { ok: false, text: `${path} has ${all.length} lines.` };
  const asked = all.slice(firstLine - 1, count === undefined ? undefined : firstLine - 1 + count);
  const { lines, cut } = fitting(asked);
  const complete = lines.length === all.length && !cut;
  const part = `lines ${firstLine} to ${firstLine + lines.length - 1} of ${all.length}`;
  const note = complete ? '' : `\n\n[${part}${cut ? '; the last one is cut off' : ''}]`;
  const rows = rowsIn(path, all.slice(0, firstLine - 1), lines);
  const measured = rows === null ? {} : { measured: { reads: [{ file: path, rows, all: complete }] } };
  return { ok: true, text: `${lines.join('\n')}${note}`, ...measured };
}

/** Returns as many lines as fit; if the first line is too long, its beginning. */
function fitting(lines: readonly string[]): { lines: string[]; cut: boolean } {
  let room = MAX_CHARACTERS;
  const end = lines.findIndex((line) => {
    room -= line.length + 1;
    return room < 0;
  });
  if (end !== 0) return { lines: lines.slice(0, end < 0 ? undefined : end), cut: false };
  return { lines: [(lines[0] ?? '').slice(0, MAX_CHARACTERS)], cut: true };
}
