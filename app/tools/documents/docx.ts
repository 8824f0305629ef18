import mammoth from 'mammoth';
import type { DocumentText } from './document.ts';
import { htmlText } from './html.ts';

/** Returns the text of a Word document as Markdown. Pictures are left out. */
export async function docxText(bytes: Uint8Array): Promise<DocumentText> {
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }));
  const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { convertImage });
  return { ok: true, text: htmlText(value) };
}
