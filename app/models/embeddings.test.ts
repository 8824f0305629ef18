import { LLMock } from '@copilotkit/aimock';
import { afterEach, expect, it } from 'vitest';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import { embedderOf } from './embedder.ts';
import { type Reply, TestProvider } from './testing/provider.ts';

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

const accessTo = (base_url: string): ModelAccess => ({
  provider: 'openai_compatible',
  base_url,
  model: 'text-embedding-3-small',
  api_key: 'sk-test-embeddings',
  price: null,
});
const embed = (base_url: string, texts: string[]) =>
  embedderOf(accessTo(base_url)).embed(texts, new AbortController().signal);

const answer =
  (status: number, body: object | string): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

it('a server that this project did not write gives embeddings', async () => {
  const mock = new LLMock({ port: 0 });
  open.push(mock);
  mock.onEmbedding('one', { embedding: [1, 0] });
  const url = `${await mock.start()}/v1`;
  expect(await embed(url, ['one'])).toMatchObject({ ok: true, vectors: [[1, 0]] });
});

it('embeddings are in the order of the texts, also if the server sorts them differently', async () => {
  const data = [
    { index: 1, embedding: [0, 1] },
    { index: 0, embedding: [1, 0] },
  ];
  const provider = await TestProvider.start(
    answer(429, 'slow down'),
    answer(200, { data, usage: { prompt_tokens: 7 } }),
  );
  open.push(provider);
  expect(await embed(provider.baseUrl, ['a', 'b'])).toEqual({
    ok: true,
    vectors: [
      [1, 0],
      [0, 1],
    ],
    tokens: 7,
  });
  expect(provider.received[1]).toMatchObject({
    url: '/v1/embeddings',
    headers: { authorization: 'Bearer sk-test-embeddings' },
    body: { model: 'text-embedding-3-small', input: ['a', 'b'], encoding_format: 'float' },
  });
});

it.each([
  ['has no such model', answer(404, { error: { message: 'no such model' } }), 1, 'has no model'],
  ['refuses the key', answer(401, { error: { message: 'wrong key' } }), 1, 'rejected the key'],
  ['has no credit', answer(429, { error: { message: 'quota', code: 'insufficient_quota' } }), 1, 'credit'],
  ['fails', answer(500, 'oops'), 3, 'answered with an error: 500'],
  ['answers something else', answer(200, { data: [{ index: 0, embedding: 'x' }] }), 1, 'no embeddings'],
  ['answers no JSON', answer(200, '<html>'), 1, 'instead of an API response'],
])('a server that %s gives a reason', async (_, reply, requests, reason) => {
  const provider = await TestProvider.start(reply);
  open.push(provider);
  expect(await embed(provider.baseUrl, ['a'])).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  expect(provider.received).toHaveLength(requests);
});
