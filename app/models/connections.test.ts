import { text as bodyOf } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { Connections } from './connections.ts';
import { begin, says, TestProvider, text } from './testing/provider.ts';

/** An unused connection is closed after this long. */
const IDLE_MS = 50;
let provider: TestProvider;
afterEach(() => provider.stop());

async function ask(connections: Connections): Promise<string> {
  const posted = await connections.post(new URL(provider.baseUrl), {}, '{}', new AbortController().signal);
  if (!posted.ok) throw posted.error;
  return bodyOf(posted.response);
}

test('a response is waited for as long as it takes, and so is each piece of it', async () => {
  provider = await TestProvider.start((response) => {
    setTimeout(() => begin(response, [text('late')]), 5 * IDLE_MS);
    setTimeout(() => response.end(), 10 * IDLE_MS);
  });
  expect(await ask(new Connections(IDLE_MS))).toContain('late');
});

test('a connection is used again, and closed when nobody has used it for a while', async () => {
  provider = await TestProvider.start(says('One.'), says('Two.'));
  const connections = new Connections(IDLE_MS);
  for (const word of ['One.', 'Two.']) expect(await ask(connections)).toContain(word);
  expect(provider.connections.made).toBe(1);
  await expect.poll(() => provider.connections.open).toBe(0);
});
