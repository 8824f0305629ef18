import { afterEach, expect, test } from 'vitest';
import { TestWebServer } from '../../network/testing/web-server.ts';
import { WebClient, type WebRequest } from '../../network/web-client.ts';
import { noAnswer, OnceSender } from './send-once.ts';

const NEVER = new AbortController().signal;
let server: TestWebServer;
afterEach(() => server.stop());

const request = (method: string, timeoutMs = 20_000): WebRequest => ({
  method,
  url: server.url('/', '127.0.0.1'),
  headers: {},
  reach: 'any',
  redirects: 'same_origin',
  maxBytes: 1000,
  timeoutMs,
});

test('A write is sent once for the same call, also if the turn that sent it ended before the answer.', async () => {
  let answer = () => {};
  server = await TestWebServer.start((_request, response) => {
    answer = () => response.end('created');
  });
  const sender = new OnceSender(new WebClient({ environment: {} }));
  const stop = new AbortController();
  void sender.send(request('POST'), { idempotency_key: 'call-1' }, stop.signal);
  await expect.poll(() => server.received.length).toBe(1);
  stop.abort();
  const again = sender.send(request('POST'), { idempotency_key: 'call-1' }, NEVER);
  answer();
  expect(await again).toMatchObject({ ok: true, body: Buffer.from('created') });
  expect(server.received.map(({ headers }) => headers['idempotency-key'])).toEqual(['call-1']);
});

test('Other calls, and requests that change nothing, are sent each time.', async () => {
  server = await TestWebServer.start((_request, response) => response.end('ok'));
  const sender = new OnceSender(new WebClient({ environment: {} }));
  for (const key of ['a', 'b']) await sender.send(request('POST'), { idempotency_key: key }, NEVER);
  for (const key of ['a', 'a']) await sender.send(request('GET'), { idempotency_key: key }, NEVER);
  expect(server.received.map(({ line, headers }) => [line, headers['idempotency-key']])).toEqual([
    ['POST /', 'a'],
    ['POST /', 'b'],
    ['GET /', undefined],
    ['GET /', undefined],
  ]);
});

test('A write of an earlier process is not repeated.', async () => {
  server = await TestWebServer.start((_request, response) => response.end('ok'));
  const sender = new OnceSender(new WebClient({ environment: {} }));
  const call = { idempotency_key: 'a', again: true } as const;
  const result = await sender.send(request('DELETE'), call, NEVER);
  if (result.ok) throw new Error('It was repeated.');
  expect(noAnswer(request('DELETE'), result).text).toMatch(/not repeated\. Its effect is unknown\.$/);
  expect(await sender.send(request('GET'), call, NEVER)).toMatchObject({ ok: true });
  expect(server.received.map(({ line }) => line)).toEqual(['GET /']);
});

test('The effect of a write without an answer is unknown, and that of a write that was not sent is not.', async () => {
  server = await TestWebServer.start((_request, response) => response.destroy());
  const sender = new OnceSender(new WebClient({ environment: {} }));
  const cut = await sender.send(request('POST'), { idempotency_key: 'a' }, NEVER);
  if (cut.ok) throw new Error('The connection was cut.');
  expect(noAnswer(request('POST'), cut).text).toContain('Its effect is unknown.');
  expect(noAnswer(request('GET'), cut).text).not.toContain('unknown');
  const nobody = { ...request('POST'), url: 'http://127.0.0.1:1/' };
  const unsent = await sender.send(nobody, { idempotency_key: 'b' }, NEVER);
  if (unsent.ok) throw new Error('Nobody listens.');
  expect(noAnswer(nobody, unsent).text).not.toContain('unknown');
});
