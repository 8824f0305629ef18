import { parseHTML } from 'linkedom';
import type { SearchQuery, SearchResult } from './search-service.ts';

const MAX_TITLE = 200;
const MAX_SNIPPET = 500;

/** Returns at most the number of results of the query: each page once, of the wanted site only, as short plain text. */
export function fittingResults(results: readonly SearchResult[], { count, site }: SearchQuery): SearchResult[] {
  const pages = results.filter(({ url }) => isWebAddress(url) && (site === undefined || isOnSite(url, site)));
  const unique = [...new Map(pages.map((result) => [result.url, result])).values()];
  return unique.slice(0, count).map(({ title, url, snippet }) => ({
    title: short(plain(title), MAX_TITLE) || url,
    url,
    snippet: short(plain(snippet), MAX_SNIPPET),
  }));
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** Whether a page is on a site: its host, a host below it, or a folder of it. */
function isOnSite(url: string, site: string): boolean {
  const { hostname, pathname } = new URL(url);
  const [host = '', ...folders] = site
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .split('/')
    .filter((part) => part !== '');
  const isHost = hostname === host || hostname.endsWith(`.${host}`);
  return isHost && `${pathname.toLowerCase()}/`.startsWith(`/${folders.map((folder) => `${folder}/`).join('')}`);
}

/** Some services mark the words of the query with tags. */
function plain(text: string): string {
  const isMarked = /<\/?(?:b|strong|em|span)\b[^>]*>|&#?\w+;/i.test(text);
  const words = isMarked ? parseHTML(`<html><body>${text}</body></html>`).document.body.textContent : text;
  return (words ?? '').replaceAll(/\s+/g, ' ').trim();
}

function short(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
