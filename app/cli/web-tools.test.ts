import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { calling } from '../models/testing/calling.ts';
import { TestProvider } from '../models/testing/provider.ts';
import { eventsOf, runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';
import { until } from './testing/running-command.ts';

// Whole runs of the command, in which a proxy answers for the public internet.

let model: TestProvider;
const servers: Server[] = [];
afterEach(async () => {
  await model.stop();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Seen {
  line: string;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** A server that records its requests. As a proxy, it gets complete addresses. */
async function serve(
  answers: Record<string, { type: string; body: string; status?: number }>,
): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    const answer = answers[request.url ?? ''];
    response.writeHead(answer?.status ?? (answer ? 200 : 404), { 'content-type': answer?.type ?? 'text/plain' });
    response.end(answer?.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  // A listening TCP server has an address with a port.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const PAGE = `<html><head><title>News</title></head><body><h1>News</h1><p>${'Prices fell by 5 % in May. '.repeat(20)}</p></body></html>`;

it('agents search, read pages, send requests and compute, and a page is fetched once for all tasks', async () => {
  const proxy = await serve({
    'http://news.example/today': { type: 'text/html', body: PAGE },
    'http://api.example/items': { type: 'application/json', body: '{"created":7}', status: 201 },
  });
  const search = await serve({
    '/search?q=prices&format=json': {
      type: 'application/json',
      body: JSON.stringify({ results: [{ title: 'News', url: 'http://news.example/today', content: 'Prices fell' }] }),
    },
  });
  const crm = await serve({
    '/leads/a%2Fb?fields=name': {
      type: 'application/json',
      body: '{"lead":{"name":"Ann"},"key":"Bearer s3cret-token"}',
    },
  });
  model = await TestProvider.start(
    calling([
      { name: 'web_search', arguments: { search_query: 'prices' } },
      { name: 'web_fetch', arguments: { website_url: 'http://news.example/today#top' } },
      { name: 'web_fetch', arguments: { url: 'http://169.254.169.254/latest' } },
      { name: 'lead', arguments: { id: 'a/b' } },
      { name: 'http_request', arguments: { method: 'POST', url: 'http://api.example/items', body: { a: 1 } } },
      { name: 'code_runner', arguments: { code: 'console.log("adding"); [1, 2, 3].reduce((a, b) => a + b)' } },
    ]),
  );
  const file = await command.write('web.crew.json', {
    format: 'crewlane/1',
    name: 'web',
    settings: { model: 'm', base_url: model.baseUrl, web_search: { provider: 'searxng', base_url: search.url } },
    tools: [
      {
        name: 'lead',
        description: 'Finds a lead.',
        parameters: { properties: { id: { type: 'string' } } },
        http: {
          url: `${crm.url}/leads/{id}`,
          query: { fields: 'name' },
          header_keys: { Authorization: 'Bearer CRM_TOKEN' },
        },
      },
    ],
    agents: [
      { name: 'ada', role: 'R', goal: 'G', tools: ['web_search', 'web_fetch', 'lead', 'http_request', 'code_runner'] },
    ],
    tasks: ['one', 'two'].map((name) => ({
      name,
      description: 'Work.',
      expected_output: 'A word',
      agent: 'ada',
      async: true,
    })),
  });
  const environment = { http_proxy: proxy.url, CRM_TOKEN: 's3cret-token' };
  const refused = await command.start(['run', file], environment).ended;
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`Sends your key CRM_TOKEN to ${crm.url}`) });
  expect([proxy.seen, crm.seen, search.seen, model.received]).toEqual([[], [], [], []]);

  const run = runOf(await command.start(['run', file, '--trust', '--json'], environment).ended);
  const result = run.results.find(({ task }) => task === 'one')?.result ?? '';
  const [found, page, hidden, lead, posted, computed] = JSON.parse(result);
  expect(found).toBe('1. News\n   http://news.example/today\n   Prices fell');
  expect(page).toMatch(/^Title: News\nSource: http:\/\/news\.example\/today\n\n[\s\S]*Prices fell by 5 % in May\./);
  expect(hidden).toContain('not an address of the public internet');
  expect(lead).toBe('{"lead":{"name":"Ann"},"key":"Bearer [key]"}');
  expect(posted).toBe('Status: 201\nType: application/json\n\n{"created":7}');
  expect(computed).toBe('Result:\n6\n\nLog:\nadding');

  const lines = proxy.seen.map(({ line }) => line);
  expect(lines.filter((line) => line.startsWith('GET')).sort()).toEqual([
    'GET http://news.example/robots.txt',
    'GET http://news.example/today',
  ]);
  const posts = proxy.seen.filter(({ line }) => line.startsWith('POST'));
  expect(posts.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
  expect(new Set(posts.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
  expect(crm.seen[0]?.headers['authorization']).toBe('Bearer s3cret-token');
  // Calls that only read run at the same time, so the refused one may end first.
  const fetched = (await eventsOf(run.run_dir)).find(
    (event) => event.type === 'tool.call' && event.name === 'web_fetch' && event.ok,
  );
  expect(fetched).toMatchObject({ measured: { urls: ['http://news.example/today'], bytes: PAGE.length } });
}, 240_000);

it('a write that a killed command did not get the answer of is not repeated by a resume', async () => {
  const seen: string[] = [];
  const api = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.method === 'GET') response.end('read');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  servers.push(api);
  // A listening TCP server has an address with a port.
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}/orders`;
  model = await TestProvider.start(calling([{ name: 'order', arguments: { item: 'tea' } }]));
  const file = await command.write('order.crew.json', {
    format: 'crewlane/1',
    name: 'order',
    settings: { model: 'm', base_url: model.baseUrl },
    tools: [{ name: 'order', description: 'Orders.', parameters: {}, http: { method: 'POST', url } }],
    agents: [{ name: 'ada', role: 'R', goal: 'G', tools: ['order'] }],
    tasks: [{ name: 'one', description: 'Work.', expected_output: 'A word', agent: 'ada' }],
  });
  const running = command.start(['run', file, '--trust', '--json']);
  await until(
    () => seen.length > 0,
    () => 'the order',
  );
  running.signal('SIGKILL');
  await running.ended;
  const dir = (await readdir(command.path('home', 'runs'))).sort().at(-1) ?? '';
  const resumed = runOf(await command.start(['resume', command.path('home', 'runs', dir), '--json']).ended);
  expect(resumed.results[0]).toMatchObject({
    status: 'completed',
    result: expect.stringContaining('Its effect is unknown.'),
  });
  expect(seen).toEqual(['POST /orders']);
}, 240_000);
