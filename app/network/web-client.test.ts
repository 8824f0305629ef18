import { lookup } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { AddressGuard, type Lookup } from './address-guard.ts';
import { guardFor, TestWebServer } from './testing/web-server.ts';
import { WebClient, type WebRequest, type WebResult } from './web-client.ts';

const NEVER = new AbortController().signal;
const LIMITS = { maxBytes: 64 * 1024, timeoutMs: 20_000 };
let server: TestWebServer;
afterEach(() => server?.stop());

function send(client: WebClient, url: string, more: Partial<WebRequest> = {}): Promise<WebResult> {
  const request = {
    url,
    method: 'GET',
    headers: {},
    reach: 'public',
    redirects: 'anywhere',
    ...LIMITS,
    ...more,
  } as const;
  return client.send(request, NEVER);
}

const direct = (guard = guardFor()) => new WebClient({ guard, environment: {} });

test('A client returns the status, the type and the unpacked body of an answer.', async () => {
  server = await TestWebServer.start((_request, response) => {
    response.writeHead(404, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(gzipSync('gone'));
  });
  const result = await send(direct(), server.url('/page'));
  expect(result).toMatchObject({ ok: true, status: 404, type: 'text/plain', body: Buffer.from('gone') });
});

describe('addresses', () => {
  test.each([
    ['127.0.0.1'],
    ['0x7f.1'],
    ['2130706433'],
    ['0177.0.0.1'],
    ['127.1'],
    ['[::1]'],
    ['[::ffff:7f00:1]'],
    ['[64:ff9b::7f00:1]'],
    ['0.0.0.0'],
    ['localhost'],
    ['LocalHost.'],
    ['a.localhost'],
    ['127.0.0.1.'],
    ['１２７.0.0.1'],
  ])('A public request never reaches this machine as %s.', async (host) => {
    server = await TestWebServer.start((_request, response) => response.end('secret'));
    const result = await send(new WebClient({ environment: {} }), `http://${host}:${server.port}/`);
    expect(result).toMatchObject({ ok: false, sent: false });
    expect(server.received).toEqual([]);
  });

  test.each(['file:///etc/passwd', 'ftp://site.example/x', 'data:text/plain,x'])('%s is refused.', async (url) => {
    expect(await send(direct(), url)).toMatchObject({ ok: false, message: expect.stringContaining('http://') });
  });

  test('An address with a password is refused without repeating the password.', async () => {
    const result = await send(direct(), 'http://ann:secret@site.example/');
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining('user name or password') });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  test('A redirect to a private address is not followed.', async () => {
    server = await TestWebServer.start((request, response) => {
      response
        .writeHead(302, { location: request.url === '/' ? '/next' : `http://127.0.0.2:${server.port}/admin` })
        .end();
    });
    const result = await send(direct(), server.url('/'));
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringContaining('not an address of the public internet'),
    });
    expect(server.received.map(({ line }) => line)).toEqual(['GET /', 'GET /next']);
  });

  test('A name is checked at each connection, so an answer that changes leads nowhere.', async () => {
    server = await TestWebServer.start((_request, response) => response.end('open'));
    const client = direct(guardFor({ 'moving.example': ['127.0.0.1', '127.0.0.2'] }));
    expect(await send(client, server.url('/', 'moving.example'))).toMatchObject({ ok: true });
    expect(await send(client, server.url('/', 'moving.example'))).toMatchObject({ ok: false, sent: false });
    expect(server.received).toHaveLength(1);
  });

  test('A name with one private address among others is refused.', async () => {
    server = await TestWebServer.start((_request, response) => response.end('open'));
    const both = (_name: string, _options: object, callback: (...found: unknown[]) => void) =>
      callback(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ]);
    const guard = new AddressGuard((address) => address === '127.0.0.1', both as unknown as Lookup);
    expect(await send(direct(guard), server.url('/'))).toMatchObject({ ok: false, sent: false });
  });

  test('The address of the connected socket is checked before the request is sent.', async () => {
    server = await TestWebServer.start((_request, response) => response.end('secret'));
    // The system connects 0.0.0.0 to 127.0.0.1.
    const any = (_name: string, _options: object, callback: (...found: unknown[]) => void) =>
      callback(null, [{ address: '0.0.0.0', family: 4 }]);
    const guard = new AddressGuard((address) => address === '0.0.0.0', any as unknown as Lookup);
    expect(await send(direct(guard), server.url('/'))).toMatchObject({ ok: false, sent: false });
    expect(server.received).toEqual([]);
  });

  test('A request of a trusted tool can reach this machine.', async () => {
    server = await TestWebServer.start((_request, response) => response.end('local'));
    const result = await send(new WebClient({ environment: {} }), `http://127.0.0.1:${server.port}/`, { reach: 'any' });
    expect(result).toMatchObject({ ok: true, status: 200 });
  });
});

describe('limits', () => {
  test('An answer that unpacks to more than the limit is refused.', async () => {
    server = await TestWebServer.start((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
    });
    const result = await send(direct(), server.url('/'), { maxBytes: 1024 * 1024 });
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining('more than 1 MiB') });
  });

  test('An endless answer is refused at the limit.', async () => {
    server = await TestWebServer.start((_request, response) => {
      const more = () => {
        if (response.destroyed) return;
        if (response.write('x'.repeat(8192))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    expect(await send(direct(), server.url('/'))).toMatchObject({
      ok: false,
      message: expect.stringContaining('more than'),
    });
  });

  test('A server that sends a byte now and then is given up after the time limit.', async () => {
    const timers: NodeJS.Timeout[] = [];
    server = await TestWebServer.start((_request, response) => {
      timers.push(setInterval(() => response.write('x'), 20));
    });
    const result = await send(direct(), server.url('/'), { timeoutMs: 200 });
    for (const timer of timers) clearInterval(timer);
    expect(result).toMatchObject({
      ok: false,
      sent: true,
      message: expect.stringContaining('did not answer within 0.2 s'),
    });
  });

  test('A circle of redirects ends.', async () => {
    server = await TestWebServer.start((_request, response) => response.writeHead(301, { location: '/' }).end());
    const result = await send(direct(), server.url('/'));
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining('redirects more than 5 times') });
    expect(server.received).toHaveLength(6);
  });

  test('A broken compressed answer is a failure, not an exception.', async () => {
    server = await TestWebServer.start((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
    });
    expect(await send(direct(), server.url('/'))).toMatchObject({
      ok: false,
      message: expect.stringContaining('cannot be reached'),
    });
  });

  test('A request rejects when its signal is aborted.', async () => {
    server = await TestWebServer.start(() => undefined);
    const stop = new AbortController();
    const sent = direct().send(
      { url: server.url('/'), method: 'GET', headers: {}, reach: 'public', redirects: 'anywhere', ...LIMITS },
      stop.signal,
    );
    await expect.poll(() => server.received.length).toBe(1);
    stop.abort(new Error('stopped'));
    await expect(sent).rejects.toThrow('stopped');
  });
});

describe('redirects', () => {
  test('A redirect to another origin is the answer if only the same origin is allowed.', async () => {
    server = await TestWebServer.start((request, response) => {
      response
        .writeHead(302, { location: request.url === '/' ? '/here' : server.url('/there', 'other.example') })
        .end();
    });
    const result = await send(direct(), server.url('/'), { redirects: 'same_origin' });
    expect(result).toMatchObject({ ok: true, status: 302, location: server.url('/there', 'other.example') });
    expect(server.received).toHaveLength(2);
  });

  test.each([
    [302, 'GET /b', ''],
    [303, 'GET /b', ''],
    [307, 'POST /b', 'x=1'],
    [308, 'POST /b', 'x=1'],
  ])('A %i after a POST continues with %s.', async (status, line, body) => {
    server = await TestWebServer.start((request, response) => {
      if (request.url === '/a') response.writeHead(status, { location: '/b' }).end();
      else response.end('done');
    });
    await send(direct(), server.url('/a'), { method: 'POST', body: 'x=1' });
    expect(server.received.at(-1)).toMatchObject({ line, body });
  });
});

describe('through a proxy', () => {
  async function withProxy(use: (environment: Record<string, string>, seen: string[]) => Promise<void>) {
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.end('from the proxy');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an address with a port.
    await use({ http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }, seen);
    proxy.close();
  }

  const unknown = (name: string, _options: object, callback: (...found: unknown[]) => void) =>
    callback(new Error(`${name}?`));
  const guardWithoutNames = new AddressGuard(undefined, Object.assign(unknown, lookup) as unknown as Lookup);

  test('A name that only the proxy knows is requested through it.', async () => {
    await withProxy(async (environment, seen) => {
      const result = await send(new WebClient({ guard: guardWithoutNames, environment }), 'http://news.example/today');
      expect(result).toMatchObject({ ok: true, body: Buffer.from('from the proxy') });
      expect(seen).toEqual(['http://news.example/today']);
    });
  });

  test('A private address is not requested through the proxy.', async () => {
    await withProxy(async (environment, seen) => {
      const client = new WebClient({ guard: guardFor({ 'inside.example': ['10.0.0.1'] }), environment });
      for (const url of ['http://10.0.0.1/', 'http://intranet/', 'http://db.internal/', 'http://inside.example/'])
        expect(await send(client, url)).toMatchObject({ ok: false, sent: false });
      expect(seen).toEqual([]);
    });
  });
});
