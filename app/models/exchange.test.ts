import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { accessTo, ask, failureOf, providerOf, resultOf, stopProviders } from './testing/asking.ts';
import { begin, bytes, call, finish, type Reply, refusal, stream, text, usage, whole } from './testing/provider.ts';

afterEach(stopProviders);

const data = (chunk: object) => `data: ${JSON.stringify(chunk)}\n\n`;
const TEXT = data(text('Hello.'));
const STOP = data(finish('stop'));
const HELLO = { status: 'answered', message: { content: 'Hello.' } };

const typed = (type: string | null): Reply => {
  return (response) => response.writeHead(200, type === null ? {} : { 'content-type': type }).end(TEXT + STOP);
};
const delta = (content: unknown) => data({ choices: [{ delta: { content } }] });
const PARTS = [
  { type: 'thinking', thinking: [{ type: 'text', text: 'A greeting is wanted.' }] },
  { type: 'text', text: 'Hello.' },
];

describe('the same answer is read', () => {
  const ways: Record<string, Reply> = {
    'with line breaks of another system': bytes((TEXT + STOP).replaceAll('\n', '\r\n')),
    'with line breaks of an old system': bytes((TEXT + STOP).replaceAll('\n', '\r')),
    'after a byte order mark': bytes(`\uFEFF${TEXT}${STOP}`),
    'between comments and empty events': bytes(`: waiting\n\ndata:\n\n${TEXT}data: \n\n: waiting\n${STOP}`),
    'in events with names': bytes(`event: message\nid: 1\nretry: 9\n${TEXT}event: completion\n${STOP}`),
    'over several lines': bytes(`data: {"choices":\ndata: [{"delta":{"content":"Hello."}}]}\n\n${STOP}`),
    'without an empty line at its end': bytes((TEXT + STOP).trimEnd()),
    'without a reason for its end': bytes(`${TEXT}data: [DONE] \n\n`),
    'without a content type': typed(null),
    'labeled as plain text': typed('text/plain'),
    'labeled as JSON': typed('application/json'),
    'with its content type in capitals': typed('Text/Event-Stream; charset=UTF-8'),
    'compressed without a request for it': bytes(gzipSync(TEXT + STOP), { 'content-encoding': 'gzip' }),
    'deflated without a request for it': bytes(deflateSync(TEXT + STOP), { 'content-encoding': 'deflate' }),
    'compressed by Brotli': bytes(brotliCompressSync(TEXT + STOP), { 'content-encoding': 'br' }),
    'as parts, of which some are thoughts': bytes(delta(PARTS.slice(0, 1)) + delta(PARTS.slice(1)) + STOP),
    'whole, as parts': whole({ choices: [{ message: { content: PARTS }, finish_reason: 'stop' }] }),
    'whole, without its tokens': whole({ choices: [{ message: { content: 'Hello.' } }], usage: {} }),
  };
  for (const [way, reply] of Object.entries(ways)) {
    it(way, async () => expect(await resultOf(reply)).toMatchObject(HELLO));
  }

  it('A complete answer is returned although its connection never ends, and the connection is closed.', async () => {
    const provider = await providerOf((response) => {
      begin(response, [text('Hello.'), finish('stop'), usage(11, 3)]);
      response.write('data: [DONE]\n\n');
    });
    expect(await ask(accessTo(provider.baseUrl))).toMatchObject({ ...HELLO, usage: { promptTokens: 11 } });
    await expect.poll(() => provider.closed).toBe(1);
  });

  it('A connection that ends shortly after its answer is reused.', async () => {
    const provider = await providerOf((response) => {
      begin(response, [text('Hello.'), finish('stop')]);
      response.write('data: [DONE]\n\n', () => setTimeout(() => response.end(), 5));
    });
    for (let time = 1; time <= 2; time += 1) {
      expect(await ask(accessTo(provider.baseUrl))).toMatchObject(HELLO);
      await expect.poll(() => provider.closed).toBe(time);
    }
    expect(provider.connections.made).toBe(1);
  });

  it('A complete answer is returned if the connection breaks after it.', async () => {
    const broken: Reply = (response) => {
      begin(response, [text('Hello.'), finish('stop')]);
      setImmediate(() => response.destroy());
    };
    expect(await resultOf(broken)).toMatchObject(HELLO);
  });
});

describe('a tool call is assembled', () => {
  const LOOK = { name: 'look', arguments: '{"at":"x"}' };
  const calls = (...pieces: object[]) =>
    stream(...pieces.map((piece) => ({ choices: [{ delta: { tool_calls: [piece] } }] })), finish('tool_calls'));
  const rest = { function: { arguments: '"x"}' } };
  const begun = { name: 'look', arguments: '{"at":' };
  const ways: Record<string, Reply> = {
    'from pieces without an index': calls({ index: null, id: 'a', function: begun }, { ...rest, index: null }),
    'from pieces with an index that is not a number': calls(
      { index: '0', id: 'a', function: begun },
      { ...rest, index: '0' },
    ),
    'from pieces that repeat the name': calls(
      { index: 0, id: 'a', function: begun },
      { index: 0, id: 'a', function: { name: 'look', arguments: '"x"}' } },
    ),
    'from pieces with different ids': calls({ index: 0, id: 'a', function: begun }, { ...rest, index: 0, id: 'b' }),
    'from pieces with a number as the id': calls({ index: 0, id: 7, function: LOOK }),
    'from arguments that are not text': calls({
      index: 0,
      id: 'a',
      function: { name: 'look', arguments: { at: 'x' } },
    }),
    'from a whole answer without an id': whole({
      choices: [{ message: { tool_calls: [{ id: null, function: { name: 'look', arguments: { at: 'x' } } }] } }],
    }),
  };
  for (const [way, reply] of Object.entries(ways)) {
    it(way, async () => {
      const result = await resultOf(reply);
      expect(result).toMatchObject({ status: 'answered', message: { tool_calls: [{ function: LOOK }] } });
      expect(result).not.toHaveProperty('message.tool_calls[1]');
    });
  }

  it('Two tool calls without an index stay apart.', async () => {
    const two = stream(
      call({ ...LOOK, id: 'a' }),
      call({ arguments: ' ' }),
      call({ ...LOOK, id: 'b' }),
      finish('stop'),
    );
    expect(await resultOf(two)).toMatchObject({ message: { tool_calls: [{ id: 'a' }, { id: 'b' }] } });
  });
});

it('Token counts that are impossible are replaced by estimates.', async () => {
  const counts = [{}, [], { prompt_tokens: 1 }, { prompt_tokens: 1.5, completion_tokens: 2 }];
  for (const usage of [...counts, { prompt_tokens: -1, completion_tokens: 2 }]) {
    const result = await resultOf(stream(text('Hello.'), finish('stop'), { choices: [], usage }));
    expect(result).toMatchObject({ ...HELLO, usage: { estimated: true } });
  }
});

describe('an error', () => {
  it('An error in a stream is reported in every known format.', async () => {
    const ways = [
      bytes(`${TEXT}event: error\ndata: {"message":"overloaded"}\n\n`),
      bytes(`${TEXT}event: error\ndata: overloaded\n\n`),
      bytes(`${TEXT}data: {"object":"error","message":"overloaded","code":400}\n\n`),
      whole({ error: { message: 'overloaded', code: 502 } }),
    ];
    for (const way of ways) {
      expect(await failureOf(way)).toMatchObject({
        kind: 'bad_answer',
        message: expect.stringMatching(/ended its answer with an error: overloaded$/),
      });
    }
  });

  it('An error keeps its code, whatever form the server reports it in.', async () => {
    const code = { code: 'insufficient_quota', message: 'pay' };
    const ways = [
      whole({ error: code }),
      bytes(`event: error\ndata: ${JSON.stringify(code)}\n\n`),
      bytes(`data: ${JSON.stringify({ object: 'error', ...code })}\n\n`),
      bytes(`${TEXT}data: ${JSON.stringify({ error: code })}\n\n`),
    ];
    for (const way of ways) expect(await failureOf(way)).toMatchObject({ kind: 'quota' });
  });

  it('An answer that ends with an error event has no result.', async () => {
    const ended = data({ choices: [{ delta: {}, finish_reason: 'error' }] });
    expect(await failureOf(bytes(TEXT + ended))).toMatchObject({ kind: 'bad_answer' });
  });

  it('An error body that is endless or truncated is reported with its status and the received text.', async () => {
    const endless = await failureOf((response) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).write('out of memory');
    });
    expect(endless).toMatchObject({ kind: 'http', status: 500, message: expect.stringContaining('out of memory') });
    const cut = await failureOf((response) => {
      response.writeHead(429, { 'retry-after': '3', 'content-length': '100' }).write('slow do');
      setImmediate(() => response.destroy());
    });
    expect(cut).toMatchObject({ kind: 'rate_limit', status: 429, retry_after_ms: 3000 });
  });

  it('A compressed error is decompressed.', async () => {
    const compressed: Reply = (response) =>
      response.writeHead(500, { 'content-encoding': 'gzip' }).end(gzipSync('{"error":"out of memory"}'));
    expect((await failureOf(compressed)).message).toMatch(/500 out of memory$/);
  });

  it('An answer stopped by a content filter is a failure.', async () => {
    const filtered = bytes(data({ choices: [{ delta: {}, finish_reason: 'content_filter' }] }));
    expect((await failureOf(filtered)).message).toContain('content filter withheld it');
  });
});

it('an answer that decompresses to more than a string can contain is refused with the limit', async () => {
  const bomb: Reply = (response) => {
    const gzip = createGzip();
    gzip.pipe(response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }));
    let left = 900;
    const more = () => {
      while (left > 0 && gzip.write(Buffer.alloc(1024 * 1024, ' '))) left -= 1;
      if (left <= 0) gzip.end();
      else gzip.once('drain', more);
    };
    response.once('close', () => {
      left = 0;
    });
    more();
  };
  expect(await failureOf(bomb)).toMatchObject({
    kind: 'bad_answer',
    message: expect.stringContaining('larger than 64 MiB'),
  });
});

it('a streamed answer of the same size is refused as well', async () => {
  const chunk = data(text('x'.repeat(1024 * 1024)));
  expect(await failureOf(bytes(chunk.repeat(70)))).toMatchObject({
    kind: 'bad_answer',
    message: expect.stringContaining('larger than 64 MiB'),
  });
});

it('the connection of a refusal is reused by the next call', async () => {
  const provider = await providerOf(refusal(500, 'broken'), stream(text('Hello.'), finish('stop')));
  expect(await ask(accessTo(provider.baseUrl))).toMatchObject({ status: 'failed' });
  expect(await ask(accessTo(provider.baseUrl))).toMatchObject(HELLO);
  expect(provider.connections.made).toBe(1);
});

it('An event that never ends is refused at the same size, and not collected further.', async () => {
  const piece = 'x'.repeat(1024 * 1024);
  let sent = 0;
  const endless: Reply = (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: ');
    const send = () => {
      while (!response.destroyed && sent < 512) {
        sent += 1;
        if (!response.write(piece)) return void response.once('drain', send);
      }
    };
    send();
  };
  expect(await failureOf(endless)).toMatchObject({ message: expect.stringContaining('larger than 64 MiB') });
  expect(sent).toBeLessThan(512);
});

it('An answer that is nested too deeply is a bad answer.', async () => {
  const deep = `{"choices":[{"delta":{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}}]}`;
  expect(await failureOf(bytes(`data: ${deep}\n\n`))).toMatchObject({ kind: 'bad_answer' });
});
