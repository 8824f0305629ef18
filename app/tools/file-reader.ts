import { TOOLS, type ToolArguments } from '../../shared/tools/catalogue.ts';
import { sha256 } from '../base/hash.ts';
import { shownPath } from '../base/workspace-path.ts';
import { decodeAs, decodeText } from './decode-text.ts';
import { slotTool } from './described-tool.ts';
import { documentKind } from './documents/document.ts';
import { extractText } from './documents/extract.ts';
import { rowsIn } from './rows.ts';
import { type ToolContext, type ToolResult, UNLIMITED_MIB } from './tool.ts';
import { openToRead } from './workspace-path.ts';

/** The maximum number of characters per call: more would fill the context window of the model. */
const MAX_CHARACTERS = 64_000;
const MAX_BYTES = 64 * 1024 * 1024;

type Arguments = ToolArguments<'file_reader'>;

/** The text of a file, and what the model must know about it. */
type FileText = { ok: true; text: string; notes: readonly string[] } | { ok: false; text: string };

export const fileReader = slotTool(TOOLS.file_reader, { call: read });

async function read(args: Arguments, context: ToolContext): Promise<ToolResult> {
  const { path, first_line = 1, lines } = args;
  const { workspace } = context;
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
    const found = await textOf(shown, bytes, args, context);
    if (!found.ok) return { ...found, measured: { files } };
    const { measured, ok, text } = excerpt(shown, found.text, first_line, lines);
    const notes = ok ? found.notes.map((note) => `\n\n[${note}]`).join('') : '';
    return { ok, text: `${text}${notes}`, measured: { ...measured, files } };
  } finally {
    await file.close();
  }
}

async function textOf(
  path: string,
  bytes: Uint8Array,
  { first_line, lines, pages, sheet, encoding }: Arguments,
  { memoryMib = UNLIMITED_MIB, signal }: ToolContext,
): Promise<FileText> {
  const kind = documentKind(path, bytes);
  const wantsSource = first_line !== undefined || lines !== undefined;
  if (kind === null || (kind === 'html' && wantsSource)) return plainText(path, bytes, encoding);
  const source = kind === 'html' ? plainText(path, bytes, encoding ?? declaredEncoding(bytes)) : null;
  if (source?.ok === false) return source;
  const request = { kind, path, bytes, pages: pages ?? null, sheet: sheet ?? null, text: source?.text ?? null };
  const extracted = await extractText(request, { memoryMib, signal });
  if (!extracted.ok) return extracted;
  const notes = [...(extracted.note === undefined ? [] : [extracted.note]), ...(source?.notes ?? [])];
  return { ok: true, text: extracted.text, notes };
}

function plainText(path: string, bytes: Uint8Array, encoding: string | undefined): FileText {
  if (encoding !== undefined) {
    const given = decodeAs(encoding, bytes);
    if (!given.ok) return { ok: false, text: `${path} cannot be read: ${given.reason}.` };
    return { ok: true, text: given.decoded.text, notes: [] };
  }
  const decoded = decodeText(bytes);
  if (decoded === null) return { ok: false, text: `${path} is not text.` };
  if (decoded.encoding === 'utf-8') return { ok: true, text: decoded.text, notes: [] };
  const advice = decoded.source === 'detected' ? '. If characters are wrong, give its encoding' : '';
  return { ok: true, text: decoded.text, notes: [`decoded as ${decoded.encoding}; it is not UTF-8${advice}`] };
}

/** The encoding that a page names in its head; undefined if it names none, or the usual one. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2048));
  const name = /<meta\b[^>]*\bcharset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1]?.toLowerCase();
  const isUsable = name !== undefined && name !== 'utf-8' && decodeAs(name, bytes).ok;
  return isUsable ? name : undefined;
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
