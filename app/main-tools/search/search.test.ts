import type { IncomingMessage, ServerResponse } from 'node:http';
import { LLMock } from '@copilotkit/aimock';
import { afterEach, describe, expect, test } from 'vitest';
import type { SearchProvider } from '../../../shared/crew/web-search.ts';
import { TestWebServer } from '../../network/testing/web-server.ts';
import { WebClient } from '../../network/web-client.ts';
import { Search } from './search.ts';
import type { SearchQuery } from './search-service.ts';

const NEVER = new AbortController().signal;
let server: TestWebServer;
afterEach(() => server?.stop());

async function start(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = await TestWebServer.start(answer);
  return server.url('', '127.0.0.1');
}

function search(provider: SearchProvider, baseUrl: string, more: Partial<SearchQuery> = {}, key = 'k-123') {
  const made = new Search(
    new WebClient({ environment: {} }),
    { provider, baseUrl, key },
    { encyclopedia: baseUrl, pauseMs: 0 },
  );
  return made.find({ query: 'gantt charts', count: 10, ...more }, NEVER);
}

const json = (value: unknown) => (_request: IncomingMessage, response: ServerResponse) =>
  response.end(JSON.stringify(value));

test('a Tavily server that this project did not write is searched', async () => {
  const mock = new LLMock({ port: 0 });
  mock.onSearch(/gantt/, [{ title: 'Charts', url: 'https://a.example/gantt', content: 'Bars and time.' }]);
  try {
    const answer = await search('tavily', await mock.start());
    const found = { title: 'Charts', url: 'https://a.example/gantt', snippet: 'Bars and time.' };
    expect(answer).toMatchObject({ ok: true, results: [found] });
  } finally {
    await mock.stop();
  }
});

describe('services with a key', () => {
  test('Serper gets the key, the number, the site and the recency.', async () => {
    const url = await start(
      json({ organic: [{ title: 'A', link: 'https://a.example/x', snippet: 's' }, { title: 'no link' }] }),
    );
    const answer = await search('serper', url, { count: 5, site: 'a.example', recency: 'week' });
    expect(answer).toMatchObject({ ok: true, results: [{ title: 'A', url: 'https://a.example/x', snippet: 's' }] });
    const [request] = server.received;
    expect(request).toMatchObject({ line: 'POST /search', headers: { 'x-api-key': 'k-123' } });
    expect(JSON.parse(request?.body ?? '')).toEqual({ q: 'gantt charts site:a.example', num: 5, tbs: 'qdr:w' });
  });

  test('Tavily gets the key, the number, the site and the recency.', async () => {
    const url = await start(json({ results: [{ title: 'A', url: 'https://a.example/', content: 'c' }] }));
    const answer = await search('tavily', `${url}/`, { count: 3, site: 'a.example', recency: 'year' });
    expect(answer).toMatchObject({ ok: true, results: [{ snippet: 'c' }] });
    const [request] = server.received;
    expect(request).toMatchObject({ line: 'POST /search', headers: { authorization: 'Bearer k-123' } });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      query: 'gantt charts',
      max_results: 3,
      include_domains: ['a.example'],
      time_range: 'year',
    });
  });

  test('Brave gets the key and the recency, and its marks are removed.', async () => {
    const description = 'The <strong>Gantt</strong> chart&#x27;s   bars';
    const url = await start(json({ web: { results: [{ title: 'A', url: 'https://a.example/', description }] } }));
    const answer = await search('brave', url, { recency: 'month' });
    expect(answer).toMatchObject({ ok: true, results: [{ snippet: "The Gantt chart's bars" }] });
    expect(server.received).toMatchObject([
      { line: 'GET /web/search?q=gantt+charts&count=10&freshness=pm', headers: { 'x-subscription-token': 'k-123' } },
    ]);
  });

  test('SearXNG is asked for JSON.', async () => {
    const url = await start(json({ results: [{ title: 'A', url: 'https://a.example/', content: 'c' }] }));
    expect(await search('searxng', url, { recency: 'day' })).toMatchObject({ ok: true, results: [{ title: 'A' }] });
    expect(server.received[0]?.line).toBe('GET /search?q=gantt+charts&format=json&time_range=day');
  });

  test('The answer of Brave to a query without results is empty.', async () => {
    expect(await search('brave', await start(json({ type: 'search' })))).toMatchObject({ ok: true, results: [] });
  });

  test.each([
    [401, 'Serper does not accept the key SERPER_API_KEY'],
    [402, 'the credit is used up'],
    [429, 'limits the number of queries'],
    [500, 'HTTP 500'],
  ])('The status %i is reported as "%s".', async (status, reason) => {
    const url = await start((_request, response) => response.writeHead(status).end('no'));
    expect(await search('serper', url)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  test.each(['<html>Log in to this network</html>', '[]', '{"results": "none"}', ''])(
    'The answer %j is not taken for results.',
    async (text) => {
      const url = await start((_request, response) => response.end(text));
      expect(await search('tavily', url)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('not from a search service'),
      });
    },
  );

  test('A key is not sent to another origin after a redirect.', async () => {
    const other = await TestWebServer.start(json({ organic: [] }));
    const url = await start((_request, response) =>
      response.writeHead(307, { location: other.url('/search', '127.0.0.1') }).end(),
    );
    expect(await search('serper', url)).toMatchObject({ ok: false, reason: expect.stringContaining('HTTP 307') });
    expect(other.received).toEqual([]);
    other.stop();
  });

  test('Results are unique, on the wanted site, web addresses, and no more than asked for.', async () => {
    const urls = [
      'https://a.example/1',
      'https://a.example/1',
      'https://docs.a.example/2',
      'https://ba.example/',
      'javascript:x',
      'https://a.example/3',
    ];
    const url = await start(
      json({ results: urls.map((each) => ({ title: each, url: each, content: 'x'.repeat(9000) })) }),
    );
    const answer = await search('searxng', url, { count: 2, site: 'a.example' });
    expect(answer).toMatchObject({
      ok: true,
      results: [{ url: 'https://a.example/1' }, { url: 'https://docs.a.example/2' }],
    });
    expect(answer.ok && answer.results[0]?.snippet).toHaveLength(500);
  });
});

describe('DuckDuckGo', () => {
  const link = (target: string) => `//duckduckgo.com/l/?uddg=${encodeURIComponent(target)}&amp;rut=1`;
  const result = (target: string, title: string, snippet: string, kind = 'web-result') => `
    <div class="result results_links ${kind}">
      <h2 class="result__title"><a rel="nofollow" class="result__a" href="${target}">${title}</a></h2>
      <a class="result__snippet" href="${target}">${snippet}</a>
    </div>`;

  test('DuckDuckGo finds web pages without a key, and no advertisements.', async () => {
    const page = [
      result('//duckduckgo.com/y.js?ad=1', 'Buy bars', 'Ad', 'result--ad'),
      result(link('https://a.example/gantt?x=1&y=2'), '<b>Gantt</b> charts', 'Bars &amp;\n  <b>time</b>'),
      result('https://b.example/', 'Direct', ''),
    ];
    const url = await start((_request, response) => response.end(`<html><body>${page.join('')}</body></html>`));
    expect(await search('duckduckgo', url, { recency: 'week', site: 'example' }, '')).toMatchObject({
      ok: true,
      note: null,
      results: [
        { title: 'Gantt charts', url: 'https://a.example/gantt?x=1&y=2', snippet: 'Bars & time' },
        { title: 'Direct', url: 'https://b.example/', snippet: '' },
      ],
    });
    expect(server.received[0]?.line).toBe('GET /html/?q=gantt+charts+site%3Aexample&df=w');
  });

  test('A query without results is not a failure.', async () => {
    const url = await start((_request, response) => response.end('<div class="no-results">No results.</div>'));
    expect(await search('duckduckgo', url, {}, '')).toMatchObject({ ok: true, results: [] });
  });

  test('If DuckDuckGo answers with a puzzle, articles of Wikipedia are returned, and the note says so.', async () => {
    const articles = {
      query: { search: [{ title: 'Gantt chart', snippet: 'A <span class="searchmatch">bar</span> chart' }] },
    };
    const url = await start((request, response) => {
      if (request.url?.startsWith('/html')) response.writeHead(202).end('<form id="challenge-form"></form>');
      else response.end(JSON.stringify(articles));
    });
    expect(await search('duckduckgo', url, {}, '')).toMatchObject({
      ok: true,
      note: expect.stringContaining('articles of Wikipedia'),
      results: [{ title: 'Gantt chart', url: 'https://en.wikipedia.org/wiki/Gantt_chart', snippet: 'A bar chart' }],
    });
  });

  test('A page of another service is reported.', async () => {
    const url = await start((_request, response) => response.end('<html>Log in to this network</html>'));
    expect(await search('duckduckgo', url, {}, '')).toMatchObject({
      ok: false,
      reason: 'the answer is not from DuckDuckGo',
    });
  });

  test('Queries without a key are sent one after another.', async () => {
    let open = 0;
    let most = 0;
    const url = await start((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        response.end('<div class="no-results"></div>');
      });
    });
    const one = new Search(
      new WebClient({ environment: {} }),
      { provider: 'duckduckgo', baseUrl: url, key: '' },
      { encyclopedia: url, pauseMs: 0 },
    );
    await Promise.all(['a', 'b', 'c', 'd'].map((query) => one.find({ query, count: 1 }, NEVER)));
    expect([server.received.length, most]).toEqual([4, 1]);
  });
});
