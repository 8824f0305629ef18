import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { crudeText } from './crude-text.ts';
import { markdownOf } from './page-markdown.ts';
import { textOf } from './page-text.ts';

/** A page as an agent reads it. */
export interface ReadablePage {
  title: string;
  text: string;
}

/** The time and the memory of the parser grow with the number of tags and character references. */
const MAX_MARKS = 40_000;
/** Readability compares elements with each other, and Turndown recurses. Deeper pages are read as plain text. */
const MAX_DEPTH = 500;
/** Turndown needs time that grows with the square of the length of one text. */
const MAX_TEXT = 1_000_000;
/** A shorter article is probably not the content of the page. */
const MIN_SHARE = 0.15;

/**
 * Returns the readable content of an HTML page, without navigation and scripts. If the article cannot be found, returns
 * the content of the whole page.
 * @param url the address of the page, to which its links are relative
 */
export function readPage(html: string, url: string, format: 'markdown' | 'text'): ReadablePage {
  if (marksIn(html) > MAX_MARKS) return { title: '', text: crudeText(html) };
  const { document } = parseHTML(/<html[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`);
  const title = (document.querySelector('title')?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
  const body = document.body ?? document.documentElement;
  const whole = textOf(body);
  if (whole.length > MAX_TEXT || isDeep(body)) return { title, text: whole };
  makeAbsolute(document, url);
  const article = articleIn(document);
  if (article === null || textOf(article.content).length < whole.length * MIN_SHARE)
    return { title, text: format === 'text' ? whole : (markdownIn(body) ?? whole) };
  const text = format === 'text' ? textOf(article.content) : (markdownIn(article.content) ?? textOf(article.content));
  return { title: article.title || title, text };
}

function marksIn(html: string): number {
  let count = 0;
  for (let at = 0; at < html.length && count <= MAX_MARKS; at += 1) {
    const code = html.charCodeAt(at);
    if (code === LESS_THAN || code === AMPERSAND) count += 1;
  }
  return count;
}

const LESS_THAN = 0x3c;
const AMPERSAND = 0x26;

/** Whether elements are nested more deeply than in a document for people. */
function isDeep(root: Element): boolean {
  let depth = 0;
  let node: Node | null = root;
  while (node !== null) {
    if (depth > MAX_DEPTH) return true;
    if (node.firstChild) {
      depth += 1;
      node = node.firstChild;
      continue;
    }
    while (node !== null && node !== root && !node.nextSibling) {
      depth -= 1;
      node = node.parentNode;
    }
    node = node === root || node === null ? null : node.nextSibling;
  }
  return false;
}

/** Makes the links of a page complete. Links that are not web addresses become text. */
function makeAbsolute(document: Document, url: string): void {
  const given = document.querySelector('base[href]')?.getAttribute('href') ?? '';
  const base = URL.canParse(given, url) ? new URL(given, url).href : url;
  for (const link of document.querySelectorAll('a[href]')) {
    const href = link.getAttribute('href') ?? '';
    const target = URL.canParse(href, base) ? new URL(href, base) : null;
    if (target !== null && /^https?:$/.test(target.protocol)) link.setAttribute('href', target.href);
    else link.removeAttribute('href');
  }
}

function articleIn(document: Document): { title: string; content: HTMLElement } | null {
  try {
    const article = new Readability<HTMLElement>(document.cloneNode(true) as Document, {
      serializer: (node) => node as HTMLElement,
    }).parse();
    return article?.content ? { title: article.title?.trim() ?? '', content: article.content } : null;
  } catch {
    return null; // It throws for documents that it does not understand.
  }
}

function markdownIn(element: HTMLElement): string | null {
  try {
    return markdownOf(element);
  } catch {
    return null;
  }
}
