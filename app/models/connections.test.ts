import type { ServerResponse } from 'node:http';
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

test('a kept connection that breaks as it is used again costs nobody a call: it is made once more', async () => {
  provider = await TestProvider.start(says('One.'), hangUp, says('Two.'));
  const connections = new Connections();
  for (const word of ['One.', 'Two.']) expect(await ask(connections)).toContain(word);
  expect(provider.connections.made).toBe(2);
});

test('a new connection that breaks is told, and the call not made again', async () => {
  provider = await TestProvider.start(hangUp, says('Too late.'));
  await expect(ask(new Connections())).rejects.toThrow('socket hang up');
  expect(provider.received).toHaveLength(1);
});

test('a server that changes the protocol is told as one that does not answer', async () => {
  provider = await TestProvider.start((response) => {
    response.req.socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n');
  });
  await expect(ask(new Connections())).rejects.toThrow('ended without an answer');
});

test('a call that is given up leaves no connection, whenever that is', async () => {
  provider = await TestProvider.start((response) => begin(response, [text('Hel')]));
  const url = new URL(provider.baseUrl);
  const before = await new Connections().post(url, {}, '{}', AbortSignal.abort());
  expect(before.ok).toBe(false);
  const stop = new AbortController();
  const amid = await new Connections().post(url, {}, '{}', stop.signal);
  if (!amid.ok) throw amid.error;
  stop.abort();
  await expect(bodyOf(amid.response)).rejects.toThrow();
  await expect.poll(() => provider.connections.open).toBe(0);
});

function hangUp(response: ServerResponse): void {
  response.req.socket.destroy();
}
