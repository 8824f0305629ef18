import { archiveProblem } from './archive.ts';
import type { DocumentRequest, DocumentText } from './document.ts';
import { docxText } from './docx.ts';
import { htmlText } from './html.ts';
import { pdfText } from './pdf.ts';
import { xlsxText } from './xlsx.ts';

/** Extracts the text of a document. Damaged documents give an answer that names the reason. */
export async function documentText(request: DocumentRequest): Promise<DocumentText> {
  const { path } = request;
  try {
    return await textOf(request);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && error.name === 'PasswordException') return unreadable(path, 'it needs a password');
    return unreadable(path, reason.replaceAll(/\s+/g, ' ').slice(0, 300).replace(/\.$/, ''));
  }
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

function unreadable(path: string, reason: string): DocumentText {
  return { ok: false, text: `${path} cannot be read: ${reason}.` };
}
