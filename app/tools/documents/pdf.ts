import { getDocumentProxy } from 'unpdf';
import type { PDFDocumentProxy } from 'unpdf/pdfjs';
import type { DocumentPart, DocumentText } from './document.ts';

/** The maximum number of pages that one call reads. */
const MAX_PAGES = 300;
/** More characters than any answer contains. Later pages are not read. */
const MAX_CHARACTERS = 2_000_000;
/** The maximum number of pages that are read as parts: a long manual. */
const MAX_PARTS = 3000;
const MAX_CHARACTERS_OF_PARTS = 20_000_000;

/** Returns the text of a PDF, each page under its number. @param pages the first and the last page; null for all */
export async function pdfText(
  path: string,
  bytes: Uint8Array,
  pages: readonly [number, number] | null,
): Promise<DocumentText> {
  const document = await opened(bytes);
  const count = document.numPages;
  const first = pages?.[0] ?? 1;
  if (first > count) return { ok: false, text: `${path} has ${count} ${count === 1 ? 'page' : 'pages'}.` };
  const wanted = Math.min(pages?.[1] ?? count, count);
  const texts: string[] = [];
  let isEmpty = true;
  let last = first - 1;
  for (let size = 0; last < Math.min(wanted, first - 1 + MAX_PAGES) && size < MAX_CHARACTERS; ) {
    last += 1;
    const text = await pageText(document, last);
    isEmpty &&= text.trim() === '';
    texts.push(`[page ${last}]\n${text.trim()}`);
    size += text.length;
  }
  if (isEmpty) {
    const where = first === last ? `page ${first}` : `pages ${first} to ${last}`;
    return { ok: false, text: `${path} has no text on ${where} of ${count}: they may be scanned images.` };
  }
  const note = first === 1 && last === count ? {} : { note: `pages ${first} to ${last} of ${count}` };
  return { ok: true, text: texts.join('\n\n'), ...note };
}

/** Returns each page of a PDF with text. A document beyond the limits ends with the last page within them. */
export async function pdfParts(bytes: Uint8Array): Promise<DocumentPart[]> {
  const document = await opened(bytes);
  const parts: DocumentPart[] = [];
  let room = MAX_CHARACTERS_OF_PARTS;
  for (let page = 1; page <= Math.min(document.numPages, MAX_PARTS) && room > 0; page += 1) {
    const text = (await pageText(document, page)).trim();
    room -= text.length;
    if (text !== '') parts.push({ place: `p. ${page}`, text });
  }
  return parts;
}

/** The library keeps the bytes, and reports errors of the document as exceptions. */
function opened(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  return getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, isEvalSupported: false });
}

async function pageText(document: PDFDocumentProxy, number: number): Promise<string> {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  page.cleanup();
  return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
}
