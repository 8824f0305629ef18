import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { accessTo, ask, failureOf, KEY, providerOf, stopProviders } from './testing/asking.ts';
import {
  begin,
  call,
  finish,
  page,
  refusal,
  says,
  stream,
  TestProvider,
  text,
  usage,
  whole,
} from './testing/provider.ts';

afterEach(stopProviders);

describe('an answer', () => {
  it('A complete answer is read from a server that does not stream.', async () => {
    const usage = { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 };
    const called = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":"x"}' } };
    const { baseUrl } = await providerOf(
      whole({
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
        usage,
      }),
      whole({ choices: [{ index: 0, message: { content: null, tool_calls: [called] }, finish_reason: 'tool_calls' }] }),
    );
    const heard: string[] = [];
    const onText = (delta: string) => heard.push(delta);
    expect(await ask(accessTo(baseUrl), { onText })).toMatchObject({
      status: 'answered',
      message: { content: 'Hello.' },
      usage: { promptTokens: 11, completionTokens: 3, estimated: false },
    });
    expect(heard).toEqual(['Hello.']);
    expect(await ask(accessTo(baseUrl))).toMatchObject({
      status: 'answered',
      message: { content: null, tool_calls: [called] },
      usage: { estimated: true },
    });
    expect(await failureOf(whole({ status: 'ok' }))).toMatchObject({ kind: 'bad_answer' });
  });

  it('An answer streams in as text, with its tokens and times.', async () => {
    const { baseUrl } = await providerOf(stream(text('Hel'), text('lo.'), finish('stop'), usage(11, 3)));
    const heard: string[] = [];
    const result = await ask(accessTo(baseUrl), { onText: (delta) => heard.push(delta) });
    expect(heard).toEqual(['Hel', 'lo.']);
    expect(result).toMatchObject({
      status: 'answered',
      message: { role: 'assistant', content: 'Hello.' },
      usage: { promptTokens: 11, completionTokens: 3, estimated: false },
    });
    expect(result.firstTokenMs).toBeLessThanOrEqual(result.ms);
  });

  it('An answer reports that it was truncated.', async () => {
    const { baseUrl } = await providerOf(
      stream(text('It ends in the mid'), finish('length')),
      stream(text('All of it.'), finish('stop')),
    );
    expect(await ask(accessTo(baseUrl))).toMatchObject({ status: 'answered', isCutAtLength: true });
    expect(await ask(accessTo(baseUrl))).toMatchObject({ status: 'answered', isCutAtLength: false });
  });

  it('An answer is complete, however the network splits it.', async () => {
    const { baseUrl } = await providerOf((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const sent = Buffer.from(`data: ${JSON.stringify(text('Grüße, 世界'))}\r\n\r\n: still there\n\n`);
      const bytes = [...sent, ...Buffer.from(`data: ${JSON.stringify(finish('stop'))}\n\ndata: [DONE]\n\n`)];
      const next = (at: number) => {
        if (at >= bytes.length) response.end();
        else response.write(Buffer.from(bytes.slice(at, at + 7)), () => setImmediate(next, at + 7));
      };
      next(0);
    });
    expect(await ask(accessTo(baseUrl))).toMatchObject({ message: { content: 'Grüße, 世界' } });
  });

  it('Tool calls are assembled from their pieces.', async () => {
    const { baseUrl } = await providerOf(
      stream(
        call({ index: 0, id: 'a', name: 'file_reader', arguments: '{"pa' }),
        call({ index: 0, arguments: 'th":"x"}' }),
        call({ index: 1, id: 'b', name: 'get', arguments: '{}' }),
        finish('tool_calls'),
      ),
    );
    const result = await ask(accessTo(baseUrl));
    expect(result).toMatchObject({
      message: {
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'file_reader', arguments: '{"path":"x"}' } },
          { id: 'b', type: 'function', function: { name: 'get', arguments: '{}' } },
        ],
      },
    });
  });

  it('Tool calls with the same index, or without one, stay apart.', async () => {
    const same = stream(
      call({ index: 0, id: 'a', name: 'one', arguments: '{}' }),
      call({ index: 0, id: 'b', name: 'two', arguments: '{}' }),
      finish('tool_calls'),
    );
    const none = stream(call({ name: 'one', arguments: '{}' }), call({ name: 'two', arguments: '{}' }), finish('stop'));
    const { baseUrl } = await providerOf(same, none);
    for (const ids of [
      ['a', 'b'],
      ['call_0', 'call_1'],
    ]) {
      const result = await ask(accessTo(baseUrl));
      expect(result).toMatchObject({
        message: {
          tool_calls: [
            { id: ids[0], function: { name: 'one' } },
            { id: ids[1], function: { name: 'two' } },
          ],
        },
      });
    }
  });

  it('Tokens are estimated and marked as such if the provider does not count them.', async () => {
    const { baseUrl } = await providerOf(stream(text('Hello.'), finish('stop')));
    const result = await ask(accessTo(baseUrl));
    expect(result).toMatchObject({ status: 'answered', usage: { estimated: true } });
  });
});

describe('a request', () => {
  it('A request contains the key only in its header, and temperature and length only if they are set.', async () => {
    const provider = await providerOf(says('Hello.'));
    await ask(accessTo(provider.baseUrl));
    await ask(accessTo(provider.baseUrl, { temperature: 0, max_tokens: 50 }));
    const [plain, set] = provider.received;
    expect(plain?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(JSON.stringify(plain?.body)).not.toContain(KEY);
    expect(plain?.body).toMatchObject({ model: 'some-model', stream: true, stream_options: { include_usage: true } });
    for (const name of ['temperature', 'max_tokens', 'tools']) expect(plain?.body).not.toHaveProperty(name);
    expect(set?.body).toMatchObject({ temperature: 0, max_tokens: 50 });
  });

  it('A request without a key has no authorization header.', async () => {
    const provider = await providerOf(says('Hello.'));
    await ask(accessTo(provider.baseUrl, { api_key: null }));
    expect(provider.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('A request contains nothing about this machine or its environment.', async () => {
    const variables = {
      OPENAI_ORG_ID: 'org-of-the-person',
      OPENAI_PROJECT_ID: 'project',
      OPENAI_CUSTOM_HEADERS: 'Authorization: Bearer other',
      OPENAI_BASE_URL: 'http://127.0.0.1:1',
      OPENAI_ADMIN_KEY: 'admin',
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const provider = await providerOf(says('Hello.'));
    expect(await ask(accessTo(provider.baseUrl))).toMatchObject({ status: 'answered' });
    vi.unstubAllEnvs();
    const { authorization, 'user-agent': agent, ...headers } = provider.received[0]?.headers ?? {};
    expect([authorization, agent]).toEqual([`Bearer ${KEY}`, 'Crewlane']);
    const known = ['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host'];
    expect(Object.keys(headers).sort()).toEqual(known);
  });

  it('The calls of a long turn leave no listeners on its signal.', async () => {
    const { baseUrl } = await providerOf(says('Hello.'));
    const { signal } = new AbortController();
    for (let call = 1; call <= 12; call += 1) await ask(accessTo(baseUrl), { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('A request goes below the base URL, whether a slash or a query ends the URL.', async () => {
    const provider = await providerOf(says('Hello.'));
    for (const end of ['', '/', '?api-version=1']) await ask(accessTo(`${provider.baseUrl}${end}`));
    const path = '/v1/chat/completions';
    expect(provider.received.map(({ url }) => url)).toEqual([path, path, `${path}?api-version=1`]);
  });

  it('No request is sent if the key cannot be sent in a header.', async () => {
    const provider = await providerOf(says('Hello.'));
    const result = await ask(accessTo(provider.baseUrl, { api_key: 'two\nlines' }));
    expect(result).toMatchObject({ status: 'failed', failure: { kind: 'auth' } });
    expect(JSON.stringify(result)).not.toContain('lines');
    expect(provider.received).toEqual([]);
  });
});

describe('a call that goes wrong', () => {
  it('A failed call is not repeated by the client.', async () => {
    const provider = await providerOf(refusal(500, 'broken'));
    expect(await ask(accessTo(provider.baseUrl))).toMatchObject({ failure: { kind: 'http', status: 500 } });
    expect(provider.received).toHaveLength(1);
  });

  it('A failure names the provider that refuses the key.', async () => {
    for (const status of [401, 403]) {
      const failure = await failureOf(refusal(status, 'Incorrect key'));
      expect(failure).toMatchObject({ kind: 'auth', status });
      expect(failure.message).toMatch(/rejected the key for provider "openai".*Incorrect key.*Enter another key/);
    }
  });

  it('A failure quotes the error of the server in any known format.', async () => {
    const bodies = [
      '{"error":{"message":"out of memory"}}',
      '{"error":"out of memory"}',
      '{"message":"out of memory"}',
      '[{"error":{"code":500,"message":"out of memory"}}]',
      'out of memory',
    ];
    for (const body of bodies) {
      const { message } = await failureOf((response) => response.writeHead(500).end(body));
      expect(message).toMatch(/answered with an error: 500 out of memory$/);
    }
  });

  it('A failure names the model that the provider does not have.', async () => {
    const failure = await failureOf(refusal(404, 'no such model'));
    expect(failure).toMatchObject({ kind: 'http', status: 404 });
    expect(failure.message).toContain('"some-model"');
  });

  it('A failure reports Retry-After, in seconds or as a date.', async () => {
    expect(await failureOf(refusal(429, 'slow down', { 'retry-after': '7' }))).toMatchObject({
      kind: 'rate_limit',
      status: 429,
      retry_after_ms: 7000,
    });
    const date = new Date(Date.now() + 60_000).toUTCString();
    const later = await failureOf(refusal(503, 'busy', { 'retry-after': date }));
    expect(later).toMatchObject({ kind: 'rate_limit', status: 503 });
    expect(later.retry_after_ms).toBeGreaterThan(30_000);
    expect(later.retry_after_ms).toBeLessThanOrEqual(60_000);
    const never = await failureOf(refusal(429, 'slow down', { 'retry-after': '1e30' }));
    expect(never.retry_after_ms).toBe(365 * 86_400_000);
    expect(await failureOf(refusal(429, 'slow down'))).not.toHaveProperty('retry_after_ms');
    expect(await failureOf(refusal(503, 'busy'))).toMatchObject({ kind: 'http', status: 503 });
  });

  it('A web page as an answer is reported as a wrong base URL.', async () => {
    const failure = await failureOf(page(200));
    expect(failure.kind).toBe('bad_answer');
    expect(failure.message).toMatch(/returned a web page instead of an API response. Check the base URL/);
    for (const status of [404, 502]) {
      const { message } = await failureOf(page(status));
      expect(message).toContain(`${status}, with a web page`);
      expect(message).not.toContain('<');
    }
  });

  it('A redirect is not followed with the key, and the failure names its address.', async () => {
    const other = await providerOf(says('Hello.'));
    const failure = await failureOf((response) => {
      response.writeHead(307, { location: `${other.baseUrl}/chat/completions` }).end();
    });
    expect(failure).toMatchObject({ kind: 'http', status: 307 });
    expect(failure.message).toContain(`redirects to ${other.baseUrl}`);
    expect(other.received).toEqual([]);
  });

  it('A failure reports a missing response and the address.', async () => {
    const provider = await TestProvider.start(says('Hello.'));
    const { baseUrl } = provider;
    await provider.stop();
    const result = await ask(accessTo(baseUrl));
    expect(result).toMatchObject({ status: 'failed', failure: { kind: 'network' } });
    expect(JSON.stringify(result)).toContain(`No response from ${baseUrl}`);
    expect(JSON.stringify(result)).toContain('Check the base URL, and that the server is running');
  });

  it('An empty answer is a bad answer, and its tokens are counted.', async () => {
    for (const said of ['', ' \n']) {
      const { baseUrl } = await providerOf(stream(text(said), finish('stop'), usage(11, 3)));
      expect(await ask(accessTo(baseUrl))).toMatchObject({
        status: 'failed',
        failure: { kind: 'bad_answer', message: expect.stringContaining('empty answer') },
        usage: { promptTokens: 11, completionTokens: 3 },
      });
    }
    const { message } = await failureOf(stream(finish('length')));
    expect(message).toContain('raise max_tokens');
  });

  it('An answer is incomplete if its stream ends or its connection breaks too early.', async () => {
    const ended = await failureOf((response) => {
      begin(response, [text('Hel')]);
      response.end();
    });
    const broken = await failureOf((response) => {
      begin(response, [text('Hel')]);
      setImmediate(() => response.destroy());
    });
    for (const failure of [ended, broken]) expect(failure).toMatchObject({ kind: 'bad_answer' });
    expect(ended.message).toContain('is incomplete');
    expect(broken.message).toContain('is incomplete');
  });

  it('A stream that is not JSON, or that breaks off with an error, is a bad answer.', async () => {
    const nonsense = await failureOf((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {nonsense\n\n');
    });
    const broken = await failureOf(stream(text('Hel'), { error: { message: 'out of memory' } }));
    expect(nonsense).toMatchObject({ kind: 'bad_answer' });
    expect(broken).toMatchObject({ kind: 'bad_answer' });
    expect(broken.message).toContain('out of memory');
  });

  it('An aborted call stops and closes its connection.', async () => {
    const stop = new AbortController();
    const provider = await providerOf((response) => begin(response, [text('Hel')]));
    const result = await ask(accessTo(provider.baseUrl), { signal: stop.signal, onText: () => stop.abort() });
    expect(result.status).toBe('cancelled');
    await expect.poll(() => provider.closed).toBe(1);
  });
});
