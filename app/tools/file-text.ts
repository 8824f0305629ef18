import type { ToolArguments } from '../../shared/tools/catalogue.ts';
import { decodeAs, decodeText } from './decode-text.ts';
import { type DocumentParts, documentKind } from './documents/document.ts';
import { type ExtractionLimits, extractParts, extractText } from './documents/extract.ts';

type Part = Pick<ToolArguments<'file_reader'>, 'first_line' | 'lines' | 'pages' | 'sheet' | 'encoding'>;

/** The text of a file, and what the model must know about it. */
export type FileText = { ok: true; text: string; notes: readonly string[] } | { ok: false; text: string };

/** Returns the text of a file: its decoded content, or the text that is extracted from a document. */
export async function textOfFile(
  path: string,
  bytes: Uint8Array,
  { first_line, lines, pages, sheet, encoding }: Part,
  limits: ExtractionLimits,
): Promise<FileText> {
  const kind = documentKind(path, bytes);
  const wantsSource = first_line !== undefined || lines !== undefined;
  if (kind === null || (kind === 'html' && wantsSource)) return plainText(path, bytes, encoding);
  const source = kind === 'html' ? plainText(path, bytes, encoding ?? declaredEncoding(bytes)) : null;
  if (source?.ok === false) return source;
  const request = { kind, path, bytes, pages: pages ?? null, sheet: sheet ?? null, text: source?.text ?? null };
  const extracted = await extractText(request, limits);
  if (!extracted.ok) return extracted;
  const notes = [...(extracted.note === undefined ? [] : [extracted.note]), ...(source?.notes ?? [])];
  return { ok: true, text: extracted.text, notes };
}

/** Like `textOfFile`, with each page of a PDF and each sheet of a workbook as a part, for a process that is not a slot. */
export async function partsOfFile(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<DocumentParts> {
  const kind = documentKind(path, bytes);
  if (kind === null || kind === 'html') {
    const source = plainText(path, bytes, kind === 'html' ? declaredEncoding(bytes) : undefined);
    if (!source.ok || kind === null)
      return source.ok ? { ok: true, parts: [{ place: '', text: source.text }] } : source;
    return extractParts({ kind, path, bytes, text: source.text }, signal);
  }
  return extractParts({ kind, path, bytes, text: null }, signal);
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
