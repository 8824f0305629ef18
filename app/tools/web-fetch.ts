import { TOOLS, type ToolArguments } from '../../shared/tools/catalogue.ts';
import type { FetchedPage } from '../../shared/tools/fetched-page.ts';
import { slotTool } from './described-tool.ts';
import { documentKind } from './documents/document.ts';
import { askMain } from './main-tool.ts';
import { excerpt, passages } from './page/excerpt.ts';
import type { ReadablePage } from './page/read-page.ts';
import { type ToolContext, type ToolResult, UNLIMITED_MIB } from './tool.ts';

/** The process of the engine fetches the page, once for all slots. The slot converts it, which can take long. */
export const webFetch = slotTool(TOOLS.web_fetch, {
  call: fetchPage,
  rehearse: (args) =>
    `[rehearsal: no page was read] Title: A rehearsed page\nSource: ${args?.url ?? 'https://example.com/'}\n\nThe page gives an overview, some figures and a critical view.`,
});

async function fetchPage(
  { url, format = 'markdown', find, start = 0 }: ToolArguments<'web_fetch'>,
  context: ToolContext,
): Promise<ToolResult> {
  const { ok, text, page, measured } = await askMain('web_fetch', { url }, context);
  if (!ok || !page) return { ok, text };
  const read = await readable(page, format, context);
  if (read !== null && 'reason' in read) return { ok: false, text: read.reason, measured };
  if (read === null) return { ok: false, text: `${page.url} is ${page.type}, which is not text.`, measured };
  if (read.text === '')
    return { ok: false, text: `${page.url} has no text. It may need a browser that runs its scripts.`, measured };
  const heading = `${read.title === '' ? '' : `Title: ${read.title}\n`}Source: ${page.url}\n\n`;
  const part = find === undefined ? excerpt(read.text, start) : passages(read.text, find);
  return { ok: part.ok, text: heading + part.text, measured };
}

async function readable(
  { url, type, body }: FetchedPage,
  format: 'markdown' | 'text',
  context: ToolContext,
): Promise<ReadablePage | { reason: string } | null> {
  if (body.encoding !== 'text') return documentIn(url, Buffer.from(body.base64, 'base64'), context);
  const isHtml = /html/i.test(type) || (type === '' && /^\s*<(?:!doctype html|html)/i.test(body.text));
  if (!isHtml) return { title: '', text: body.text.trim() };
  const { readPage } = await import('./page/read-page.ts');
  return readPage(body.text, url, format);
}

/** Returns the text of a PDF, Word or Excel document of the web; null for other content. */
async function documentIn(
  url: string,
  bytes: Buffer,
  { memoryMib = UNLIMITED_MIB, signal }: ToolContext,
): Promise<ReadablePage | { reason: string } | null> {
  const kind = documentKind(URL.canParse(url) ? new URL(url).pathname : url, bytes);
  if (kind === null) return null;
  const { extractText } = await import('./documents/extract.ts');
  const request = { kind, path: url, bytes, pages: null, sheet: null, text: null };
  const read = await extractText(request, { memoryMib, signal });
  return read.ok ? { title: '', text: read.text } : { reason: read.text };
}
