import { afterEach, expect, test } from 'vitest';
import { httpFetch } from './http-fetch.ts';
import { begin, says, TestProvider, text } from './testing/provider.ts';

/** An unused connection is closed after this long. */
const IDLE_MS = 50;
let provider: TestProvider;
afterEach(() => provider.stop());

const ask = (send: typeof fetch) => send(provider.baseUrl, { method: 'POST', body: '{}' });

test('a response is waited for as long as it takes, and so is each piece of it', async () => {
  provider = await TestProvider.start((response) => {
    setTimeout(() => begin(response, [text('late')]), 5 * IDLE_MS);
    setTimeout(() => response.end(), 10 * IDLE_MS);
  });
  const response = await ask(httpFetch(IDLE_MS).send);
  expect(response.ok).toBe(true);
  expect(await response.text()).toContain('late');
});

test('a connection is used again, and closed when nobody has used it for a while', async () => {
  provider = await TestProvider.start(says('One.'), says('Two.'));
  const send = httpFetch(IDLE_MS).send;
  for (const word of ['One.', 'Two.']) expect(await (await ask(send)).text()).toContain(word);
  expect(provider.connections.made).toBe(1);
  await expect.poll(() => provider.connections.open).toBe(0);
});
