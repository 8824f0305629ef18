import { createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { Connections } from './connections.ts';
import { unreachable } from './failure.ts';
import { begin, says, TestProvider, text } from './testing/provider.ts';

/** The time in ms after which an unused connection is closed. */
const IDLE_MS = 50;
let provider: TestProvider;
afterEach(() => provider.stop());

async function ask(connections: Connections): Promise<string> {
  const posted = await connections.post(new URL(provider.baseUrl), {}, '{}', new AbortController().signal);
  if (!posted.ok) throw posted.error;
  return bodyOf(posted.response);
}

test('A response and each piece of it may take any amount of time.', async () => {
  provider = await TestProvider.start((response) => {
    setTimeout(() => begin(response, [text('late')]), 5 * IDLE_MS);
    setTimeout(() => response.end(), 10 * IDLE_MS);
  });
  expect(await ask(new Connections(IDLE_MS))).toContain('late');
});

test('A connection is reused, and closed after it was idle for a while.', async () => {
  provider = await TestProvider.start(says('One.'), says('Two.'));
  const connections = new Connections(IDLE_MS);
  for (const word of ['One.', 'Two.']) expect(await ask(connections)).toContain(word);
  expect(provider.connections.made).toBe(1);
  await expect.poll(() => provider.connections.open).toBe(0);
});

test('A call on a reused connection that the server closed is repeated once on a new connection.', async () => {
  provider = await TestProvider.start(says('One.'), hangUp, says('Two.'));
  const connections = new Connections();
  for (const word of ['One.', 'Two.']) expect(await ask(connections)).toContain(word);
  expect(provider.connections.made).toBe(2);
});

test('A new connection that breaks is reported, and the call is not repeated.', async () => {
  provider = await TestProvider.start(hangUp, says('Too late.'));
  await expect(ask(new Connections())).rejects.toThrow('socket hang up');
  expect(provider.received).toHaveLength(1);
});

test('A server that switches protocols is reported as not responding.', async () => {
  provider = await TestProvider.start((response) => {
    response.req.socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n');
  });
  await expect(ask(new Connections())).rejects.toThrow('ended without an answer');
});

test('A call that is aborted at any moment leaves no connection.', async () => {
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

describe('through a proxy', () => {
  let proxy: Server;
  const seen: { line: string; credentials: string | undefined }[] = [];
  afterEach(() => {
    seen.length = 0;
    proxy.closeAllConnections();
    proxy.close();
  });

  /** Starts a proxy on loopback that sends every plain request to the provider and refuses tunnels. */
  async function startProxy(): Promise<string> {
    proxy = createServer((received, response) => {
      seen.push({ line: `${received.method} ${received.url}`, credentials: received.headers['proxy-authorization'] });
      const path = new URL(received.url ?? '').pathname;
      const call = request(
        `${provider.origin}${path}`,
        { method: received.method, headers: received.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(response);
        },
      );
      received.pipe(call);
    });
    proxy.on('connect', ({ method, url, headers }, socket) => {
      seen.push({ line: `${method} ${url}`, credentials: headers['proxy-authorization'] });
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    // A TCP server that listens has an address with a port.
    return `http://user:secret@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  }

  const post = (connections: Connections, url: string) =>
    connections.post(new URL(url), { 'content-type': 'application/json' }, '{}', new AbortController().signal);
  const credentials = `Basic ${Buffer.from('user:secret').toString('base64')}`;

  test('A plain request through a proxy reaches a host whose name only the proxy knows.', async () => {
    provider = await TestProvider.start(says('One.'), says('Two.'));
    const connections = new Connections(IDLE_MS, { HTTP_PROXY: await startProxy() });
    for (const word of ['One.', 'Two.']) {
      const posted = await post(connections, 'http://models.invalid/v1/chat/completions');
      if (!posted.ok) throw posted.error;
      expect(await bodyOf(posted.response)).toContain(word);
    }
    expect(seen).toEqual([
      { line: 'POST http://models.invalid/v1/chat/completions', credentials },
      { line: 'POST http://models.invalid/v1/chat/completions', credentials },
    ]);
    connections.close();
  });

  test('A secure request opens a tunnel, and a refusal of the proxy is reported with its status.', async () => {
    provider = await TestProvider.start(says('One.'));
    const connections = new Connections(IDLE_MS, { HTTPS_PROXY: await startProxy() });
    const posted = await post(connections, 'https://models.invalid/v1');
    expect(posted).toMatchObject({ ok: true, response: { statusCode: 407 } });
    expect(seen).toEqual([{ line: 'CONNECT models.invalid:443', credentials }]);
    connections.close();
  });

  test('Requests to this machine and to hosts in NO_PROXY bypass the proxy.', async () => {
    provider = await TestProvider.start(says('One.'));
    const connections = new Connections(IDLE_MS, { HTTP_PROXY: await startProxy(), NO_PROXY: '.invalid' });
    expect((await post(connections, provider.baseUrl)).ok).toBe(true);
    expect((await post(connections, 'http://models.invalid/v1')).ok).toBe(false);
    expect(seen).toEqual([]);
    connections.close();
  });

  test('A proxy that does not answer is named without its credentials.', async () => {
    provider = await TestProvider.start(says('One.'));
    const address = await startProxy();
    await new Promise((resolve) => proxy.close(resolve));
    const connections = new Connections(IDLE_MS, { HTTP_PROXY: address });
    const posted = await post(connections, 'http://models.invalid/v1');
    expect(posted).toMatchObject({ ok: false, via: address.replace('user:secret@', '') });
    const { message } = unreachable(
      'http://models.invalid/v1',
      posted.ok ? new Error() : posted.error,
      posted.ok ? null : posted.via,
    );
    expect(message).toContain('cannot be reached through the proxy http://127.0.0.1:');
    expect(message).not.toContain('secret');
  });
});
