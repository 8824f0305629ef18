import { getDocumentProxy } from 'unpdf';
import type { DocumentText } from './document.ts';

/** The maximum number of pages that one call reads. */
const MAX_PAGES = 300;
/** More characters than any answer contains. Later pages are not read. */
const MAX_CHARACTERS = 2_000_000;

/** Returns the text of a PDF, each page under its number. @param pages the first and the last page; null for all */
export async function pdfText(
  path: string,
  bytes: Uint8Array,
  pages: readonly [number, number] | null,
): Promise<DocumentText> {
  // The library keeps the bytes, and reports errors of the document as exceptions.
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, isEvalSupported: false });
  const count = document.numPages;
  const first = pages?.[0] ?? 1;
  if (first > count) return { ok: false, text: `${path} has ${count} ${count === 1 ? 'page' : 'pages'}.` };
  const wanted = Math.min(pages?.[1] ?? count, count);
  const texts: string[] = [];
  let isEmpty = true;
  let last = first - 1;
  for (let size = 0; last < Math.min(wanted, first - 1 + MAX_PAGES) && size < MAX_CHARACTERS; ) {
    last += 1;
    const page = await document.getPage(last);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
    page.cleanup();
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
