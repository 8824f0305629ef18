import { z } from 'zod';
import { SEARCH_KEYS } from '../../../shared/crew/web-search.ts';
import { parseJson } from '../../../shared/parse-json.ts';
import { queryWithSite, type SearchResult, type SearchService } from './search-service.ts';

const text = z.string().catch('');
/** Services describe more than what a model needs, and leave out what they do not know. */
const listOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.array(entry.nullable().catch(null)).transform((entries) => entries.filter((each) => each !== null));

const NOT_SEARCH = 'the answer is not from a search service';

/** Returns the results in JSON, or why there are none to read. */
function readJson<Answer>(
  answer: string,
  schema: z.ZodType<Answer>,
  results: (answer: Answer) => SearchResult[],
): SearchResult[] | string {
  const parsed = schema.safeParse(parseJson(answer));
  return parsed.success ? results(parsed.data) : NOT_SEARCH;
}

const serperAnswer = z.object({
  organic: listOf(z.object({ title: text, link: z.string(), snippet: text })).default([]),
});

export const SERPER: SearchService = {
  title: 'Serper',
  baseUrl: 'https://google.serper.dev',
  keyName: SEARCH_KEYS.serper,
  request: (query, baseUrl, key) => ({
    method: 'POST',
    url: `${baseUrl}/search`,
    headers: { 'x-api-key': key },
    body: {
      q: queryWithSite(query),
      num: query.count,
      ...(query.recency === undefined ? {} : { tbs: `qdr:${query.recency.charAt(0)}` }),
    },
  }),
  read: (_status, answer) =>
    readJson(answer, serperAnswer, ({ organic }) =>
      organic.map(({ title, link, snippet }) => ({ title, url: link, snippet })),
    ),
};

const tavilyAnswer = z.object({ results: listOf(z.object({ title: text, url: z.string(), content: text })) });

export const TAVILY: SearchService = {
  title: 'Tavily',
  baseUrl: 'https://api.tavily.com',
  keyName: SEARCH_KEYS.tavily,
  request: ({ query, count, site, recency }, baseUrl, key) => ({
    method: 'POST',
    url: `${baseUrl}/search`,
    headers: { authorization: `Bearer ${key}` },
    body: {
      query,
      max_results: count,
      ...(site === undefined ? {} : { include_domains: [site] }),
      ...(recency === undefined ? {} : { time_range: recency }),
    },
  }),
  read: (_status, answer) => readJson(answer, tavilyAnswer, withContent),
};

const braveAnswer = z.object({
  web: z
    .object({ results: listOf(z.object({ title: text, url: z.string(), description: text })).default([]) })
    .default({ results: [] }),
});

export const BRAVE: SearchService = {
  title: 'Brave',
  baseUrl: 'https://api.search.brave.com/res/v1',
  keyName: SEARCH_KEYS.brave,
  request: (query, baseUrl, key) => ({
    method: 'GET',
    url: `${baseUrl}/web/search?${parameters({
      q: queryWithSite(query),
      count: String(query.count),
      freshness: query.recency && `p${query.recency.charAt(0)}`,
    })}`,
    headers: { 'x-subscription-token': key },
  }),
  read: (_status, answer) =>
    readJson(answer, braveAnswer, ({ web }) =>
      web.results.map(({ title, url, description }) => ({ title, url, snippet: description })),
    ),
};

export const SEARXNG: SearchService = {
  title: 'SearXNG',
  baseUrl: null,
  keyName: null,
  request: (query, baseUrl) => ({
    method: 'GET',
    url: `${baseUrl}/search?${parameters({ q: queryWithSite(query), format: 'json', time_range: query.recency })}`,
    headers: {},
  }),
  read: (_status, answer) => readJson(answer, tavilyAnswer, withContent),
};

function withContent({ results }: z.infer<typeof tavilyAnswer>): SearchResult[] {
  return results.map(({ title, url, content }) => ({ title, url, snippet: content }));
}

function parameters(given: Readonly<Record<string, string | undefined>>): string {
  const set = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(set).toString();
}
