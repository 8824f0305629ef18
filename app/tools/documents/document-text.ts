import { archiveProblem } from './archive.ts';
import type { DocumentPart, DocumentParts, DocumentRequest, DocumentText } from './document.ts';
import { docxText } from './docx.ts';
import { htmlText } from './html.ts';
import { pdfParts, pdfText } from './pdf.ts';
import { xlsxParts, xlsxText } from './xlsx.ts';

/** Extracts the text of a document. Damaged documents give an answer that names the reason. */
export async function documentText(request: DocumentRequest): Promise<DocumentText> {
  try {
    return await textOf(request);
  } catch (error) {
    return damaged(request.path, error);
  }
}

/** Extracts the pages or sheets of a document. Damaged documents give an answer that names the reason. */
export async function documentParts(request: Omit<DocumentRequest, 'pages' | 'sheet'>): Promise<DocumentParts> {
  const { path, kind, bytes } = request;
  try {
    if (kind === 'pdf') return withText(path, await pdfParts(bytes));
    if (kind !== 'xlsx') {
      const whole = await textOf({ ...request, pages: null, sheet: null });
      return whole.ok ? withText(path, [{ place: '', text: whole.text }]) : whole;
    }
    const problem = await archiveProblem(bytes);
    return problem === null ? withText(path, await xlsxParts(bytes)) : unreadable(path, problem);
  } catch (error) {
    return damaged(path, error);
  }
}

function withText(path: string, parts: DocumentPart[]): DocumentParts {
  const hasText = parts.some(({ text }) => text.trim() !== '');
  return hasText ? { ok: true, parts } : unreadable(path, 'it has no text: its pages may be scanned images');
}

function damaged(path: string, error: unknown): Unreadable {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'PasswordException') return unreadable(path, 'it needs a password');
  return unreadable(path, reason.replaceAll(/\s+/g, ' ').slice(0, 300).replace(/\.$/, ''));
}

async function textOf({ kind, path, bytes, pages, sheet, text }: DocumentRequest): Promise<DocumentText> {
  switch (kind) {
    case 'pdf':
      return pdfText(path, bytes, pages);
    case 'html':
      return { ok: true, text: htmlText(text ?? ''), note: 'converted from HTML; give first_line to read its source' };
    case 'docx':
    case 'xlsx': {
      const problem = await archiveProblem(bytes);
      if (problem !== null) return unreadable(path, problem);
      return kind === 'docx' ? docxText(bytes) : xlsxText(path, bytes, sheet);
    }
    default:
      return kind satisfies never;
  }
}

interface Unreadable {
  ok: false;
  text: string;
}

function unreadable(path: string, reason: string): Unreadable {
  return { ok: false, text: `${path} cannot be read: ${reason}.` };
}
