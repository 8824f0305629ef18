import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { guardFor, TestWebServer } from '../../network/testing/web-server.ts';
import { WebClient } from '../../network/web-client.ts';
import { decodePage } from './decode-page.ts';
import { Pages } from './pages.ts';

const NEVER = new AbortController().signal;
let server: TestWebServer;
afterEach(() => server?.stop());

async function open(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  robots = '',
  keptBytes?: number,
) {
  server = await TestWebServer.start((request, response) => {
    if (request.url === '/robots.txt') response.writeHead(robots === '' ? 404 : 200).end(robots);
    else answer(request, response);
  });
  return new Pages(new WebClient({ guard: guardFor(), environment: {} }), keptBytes);
}

const html = (text: string) => (_request: IncomingMessage, response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end(text);
const lines = () => server.received.map(({ line }) => line);

test('A page is fetched once for all slots, whatever part of it they read.', async () => {
  const pages = await open(html('<p>Hello</p>'));
  const urls = ['/a', '/a#part', '/a', '/a#other'];
  const results = await Promise.all(urls.map((url) => pages.fetch(server.url(url), NEVER)));
  for (const result of results)
    expect(result).toMatchObject({ ok: true, page: { body: { text: '<p>Hello</p>' }, bytes: 12 } });
  expect(lines()).toEqual(['GET /robots.txt', 'GET /a']);
});

test('A page that could not be fetched is tried again.', async () => {
  const statuses = [503, 200];
  const pages = await open((_request, response) => response.writeHead(statuses.shift() ?? 200).end('now'));
  expect(await pages.fetch(server.url('/a'), NEVER)).toMatchObject({
    ok: false,
    text: expect.stringContaining('HTTP 503'),
  });
  expect(await pages.fetch(server.url('/a'), NEVER)).toMatchObject({ ok: true });
});

test('Pages beyond the limit of memory are forgotten and fetched again.', async () => {
  const pages = await open(html('0123456789'), '', 15);
  for (const path of ['/a', '/b', '/b', '/a']) await pages.fetch(server.url(path), NEVER);
  expect(lines().filter((line) => line !== 'GET /robots.txt')).toEqual(['GET /a', 'GET /b', 'GET /a']);
});

test('A turn that ends does not stop the fetch of another slot.', async () => {
  let release = () => {};
  const pages = await open((_request, response) => {
    release = () => response.end('late');
  });
  const stop = new AbortController();
  const first = pages.fetch(server.url('/a'), stop.signal);
  const second = pages.fetch(server.url('/a'), NEVER);
  await expect.poll(lines).toContain('GET /a');
  stop.abort();
  release();
  expect(await second).toMatchObject({ ok: true });
  await first;
});

test('Pages that robots.txt does not allow are not fetched, also after a redirect.', async () => {
  const pages = await open((request, response) => {
    if (request.url === '/open') response.writeHead(302, { location: '/private/x' }).end();
    else response.end('secret');
  }, 'User-agent: *\nDisallow: /private/\nAllow: /private/news\n\nUser-agent: other\nDisallow: /');
  for (const path of ['/private/x', '/open'])
    expect(await pages.fetch(server.url(path), NEVER)).toMatchObject({
      ok: false,
      text: expect.stringContaining('robots.txt'),
    });
  expect(await pages.fetch(server.url('/private/news'), NEVER)).toMatchObject({ ok: true });
  expect(lines().filter((line) => line === 'GET /private/x')).toEqual([]);
  expect(lines().filter((line) => line === 'GET /robots.txt')).toHaveLength(1);
});

test('Rules for Crewlane apply before those for all programs.', async () => {
  const pages = await open(html('x'), 'User-agent: crewlane\nAllow: /\n\nUser-agent: *\nDisallow: /');
  expect(await pages.fetch(server.url('/a'), NEVER)).toMatchObject({ ok: true });
});

test('If robots.txt cannot be read, no page is fetched.', async () => {
  server = await TestWebServer.start((_request, response) => response.writeHead(500).end());
  const pages = new Pages(new WebClient({ guard: guardFor(), environment: {} }));
  expect(await pages.fetch(server.url('/a'), NEVER)).toMatchObject({
    ok: false,
    text: expect.stringContaining('HTTP 500'),
  });
  expect(lines()).toEqual(['GET /robots.txt']);
});

test('A page larger than 5 MiB is refused with its limit.', async () => {
  const pages = await open((_request, response) => response.end(Buffer.alloc(5 * 1024 * 1024 + 1, 'x')));
  expect(await pages.fetch(server.url('/a'), NEVER)).toMatchObject({
    ok: false,
    text: expect.stringContaining('more than 5 MiB'),
  });
});

test.each(['page', '', '//x', 'example.com/page'])('%j is not a web address.', async (address) => {
  const pages = await open(html('x'));
  expect(await pages.fetch(address, NEVER)).toMatchObject({
    ok: false,
    text: expect.stringContaining('complete address'),
  });
});

const latin1 = (text: string) => Buffer.from(text, 'latin1');
test.each([
  ['the header', latin1('Zürich'), 'text/html; charset=ISO-8859-1', 'Zürich'],
  ['the page', latin1('<meta charset="iso-8859-1">Zürich'), 'text/html', '<meta charset="iso-8859-1">Zürich'],
  ['a byte order mark', Buffer.from('\ufeffZürich', 'utf16le'), 'text/html', 'Zürich'],
  ['its bytes', latin1('Zürich'), 'text/plain', 'Zürich'],
  ['UTF-8 by default', Buffer.from('Zürich'), '', 'Zürich'],
  ['UTF-8 if the header names nothing known', Buffer.from('Zürich'), 'text/html; charset=none', 'Zürich'],
])('A page is decoded by %s.', (_by, bytes, type, text) => {
  expect(decodePage(bytes, type)).toBe(text);
});

test('Images and documents are not text.', () => {
  expect(
    ['image/png', 'application/pdf', 'application/octet-stream'].map((type) => decodePage(Buffer.from('x'), type)),
  ).toEqual([null, null, null]);
});
