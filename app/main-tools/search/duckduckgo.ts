import { parseHTML } from 'linkedom';
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import { queryWithSite, type SearchResult, type SearchService } from './search-service.ts';

/** The pages that DuckDuckGo offers to browsers without scripts. They need no key. */
export const DUCKDUCKGO: SearchService = {
  title: 'DuckDuckGo',
  baseUrl: 'https://html.duckduckgo.com',
  keyName: null,
  request: (query, baseUrl) => {
    const recency = query.recency === undefined ? {} : { df: query.recency.charAt(0) };
    const parameters = new URLSearchParams({ q: queryWithSite(query), ...recency });
    // Requests without this header are taken for attacks.
    return { method: 'GET', url: `${baseUrl}/html/?${parameters}`, headers: { accept: 'text/html' } };
  },
  read: (status, answer) => {
    const { document } = parseHTML(answer);
    const found = [...document.querySelectorAll('.result')]
      .filter(({ classList }) => !classList.contains('result--ad'))
      .flatMap(resultIn);
    if (found.length > 0 || document.querySelector('.no-results') !== null) return found;
    // It answers with a puzzle for people after a number of queries, with the status 202.
    const isPuzzle = status === 202 || /anomaly|challenge-form/.test(answer);
    return isPuzzle ? 'DuckDuckGo answers no more queries of programs for now' : 'the answer is not from DuckDuckGo';
  },
};

function resultIn(element: Element): SearchResult[] {
  const link = element.querySelector('.result__a');
  const url = targetOf(link?.getAttribute('href') ?? '');
  const title = wordsOf(link);
  return url === null || title === ''
    ? []
    : [{ title, url, snippet: wordsOf(element.querySelector('.result__snippet')) }];
}

/** Returns where a link of the result page leads to, past DuckDuckGo's own redirect. Null for a link of an ad. */
function targetOf(href: string): string | null {
  const base = 'https://duckduckgo.com';
  if (!URL.canParse(href, base)) return null;
  const url = new URL(href, base);
  if (url.hostname !== 'duckduckgo.com') return url.href;
  return url.pathname === '/l/' ? url.searchParams.get('uddg') : null;
}

function wordsOf(element: Element | null): string {
  return (element?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

const articles = z.object({
  query: z.object({ search: z.array(z.object({ title: z.string(), snippet: z.string() })) }),
});

/** The articles of Wikipedia, which needs no key. */
export const WIKIPEDIA: SearchService = {
  title: 'Wikipedia',
  baseUrl: 'https://en.wikipedia.org',
  keyName: null,
  request: ({ query, count }, baseUrl) => {
    const parameters = { action: 'query', list: 'search', srsearch: query, srlimit: String(count), format: 'json' };
    return { method: 'GET', url: `${baseUrl}/w/api.php?${new URLSearchParams(parameters)}`, headers: {} };
  },
  read: (_status, answer) => {
    const parsed = articles.safeParse(parseJson(answer));
    if (!parsed.success) return 'the answer is not from Wikipedia';
    return parsed.data.query.search.map(({ title, snippet }) => ({
      title,
      url: `https://en.wikipedia.org/wiki/${encodeURIComponent(title.replaceAll(' ', '_'))}`,
      snippet,
    }));
  },
};
