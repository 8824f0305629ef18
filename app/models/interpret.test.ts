import { afterEach, describe, expect, it } from 'vitest';
import { accessTo, ask, failureOf, providerOf, resultOf, stopProviders } from './testing/asking.ts';
import { call, finish, type Reply, says, stream, text, usage, whole } from './testing/provider.ts';

afterEach(stopProviders);

const delta = (fields: object) => ({ choices: [{ index: 0, delta: fields, finish_reason: null }] });
const ends = (reason: string) => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const SORRY = 'I cannot help with that.';

describe('a refusal', () => {
  const ways: Record<string, Reply> = {
    'in pieces of a stream': stream(
      delta({ content: null, refusal: '' }),
      delta({ refusal: 'I cannot ' }),
      delta({ refusal: 'help with that.' }),
      finish('stop'),
      usage(10, 5),
    ),
    'in a whole answer': whole({
      choices: [{ message: { content: null, refusal: SORRY }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 10, completion_tokens: 5 },
    }),
    'in a part of the content': stream(
      delta({ content: [{ type: 'refusal', refusal: SORRY }] }),
      finish('stop'),
      usage(10, 5),
    ),
    'named by the finish reason': stream(text(SORRY), ends('refusal'), usage(10, 5)),
    'before a filter stopped it': stream(delta({ refusal: SORRY }), ends('content_filter'), usage(10, 5)),
  };
  for (const [way, reply] of Object.entries(ways)) {
    it(`A refusal fails with the words of the model and is charged once: ${way}`, async () => {
      const result = await resultOf(reply);
      expect(result).toMatchObject({ status: 'failed', failure: { kind: 'refused' }, usage: { promptTokens: 10 } });
      expect(JSON.stringify(result)).toContain(SORRY);
    });
  }
});

describe('an answer that ends for a reason other than completion', () => {
  it('An answer stopped by a content filter fails and reports the received text.', async () => {
    for (const reason of ['content_filter', 'CONTENT_FILTER', 'SAFETY', 'RECITATION']) {
      expect(await resultOf(stream(text('The first half'), ends(reason), usage(10, 5)))).toMatchObject({
        status: 'failed',
        failure: { kind: 'filtered', message: expect.stringContaining('"The first half"') },
        message: { content: 'The first half' },
        usage: { completionTokens: 5 },
      });
    }
  });

  it('An answer that a content filter stopped after a tool call fails.', async () => {
    const calls = stream(call({ index: 0, id: 'a', name: 'look', arguments: '{}' }), ends('content_filter'));
    expect(await resultOf(calls)).toMatchObject({ status: 'failed', failure: { kind: 'filtered' } });
  });

  it('An answer that ends for an unknown reason fails and names the reason.', async () => {
    for (const reason of ['other', 'FINISH_REASON_UNSPECIFIED', 'something_new']) {
      expect(await resultOf(stream(text('The first half'), ends(reason)))).toMatchObject({
        status: 'failed',
        failure: { kind: 'unknown_ending', message: expect.stringContaining(reason) },
        message: { content: 'The first half' },
      });
    }
  });

  it('An answer is complete under every finish reason with that meaning.', async () => {
    for (const reason of ['stop', 'STOP', 'end_turn', 'stop_sequence', 'eos', 'tool_calls', 'function_call'])
      expect(await resultOf(stream(text('All.'), ends(reason)))).toMatchObject({ status: 'answered' });
    for (const reason of ['max_tokens', 'MAX_TOKENS', 'model_length'])
      expect(await resultOf(stream(text('Half.'), ends(reason)))).toMatchObject({ isCutAtLength: true });
  });

  it('An answer that the provider aborted is a transient failure.', async () => {
    expect(await failureOf(stream(text('Half.'), ends('insufficient_system_resource')))).toMatchObject({
      kind: 'bad_answer',
    });
  });

  it('An answer is filtered if the error in its stream says so.', async () => {
    const error = { error: { message: 'The response was filtered.', code: 'content_filter' } };
    expect(await failureOf(stream(text('Half.'), error))).toMatchObject({ kind: 'filtered' });
  });
});

describe('thoughts', () => {
  const HM = 'They want a number.';
  const ways: Record<string, Reply> = {
    'in tags': says(`<think>\n${HM}\n</think>\n\n42`),
    'in tags that the stream splits': stream(
      text('<thi'),
      text(`nk>${HM}</th`),
      text('ink>\n'),
      text('42'),
      finish('stop'),
    ),
    'in reasoning_content': stream(
      delta({ reasoning_content: 'They want ' }),
      delta({ reasoning_content: 'a number.' }),
      text('42'),
      finish('stop'),
    ),
    'in reasoning': stream(delta({ reasoning: HM, content: '' }), text('42'), finish('stop')),
    'in both fields': stream(delta({ reasoning: HM, reasoning_content: HM }), text('42'), finish('stop')),
    'in a part': stream(
      delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: HM }] }] }),
      text('42'),
      finish('stop'),
    ),
    'in a part of plain text': stream(
      delta({
        content: [
          { type: 'thinking', thinking: HM },
          { type: 'text', text: '42' },
        ],
      }),
      finish('stop'),
    ),
    'in a whole answer': whole({
      choices: [{ message: { content: '42', reasoning_content: HM }, finish_reason: 'stop' }],
    }),
    'before a lone closing tag': says(`${HM}\n</think>\n\n42`),
  };
  for (const [way, reply] of Object.entries(ways)) {
    it(`Thoughts are separated from the answer: ${way}`, async () => {
      expect(await resultOf(reply)).toMatchObject({ status: 'answered', message: { content: '42', thoughts: HM } });
    });
  }

  it('Thoughts are not streamed as the answer.', async () => {
    const { baseUrl } = await providerOf(
      stream(text('<think>hm</think>'), delta({ reasoning: 'hm' }), text('42'), finish('stop')),
    );
    let heard = '';
    await ask(accessTo(baseUrl), { onText: (piece) => (heard += piece) });
    expect(heard).toBe('42');
  });

  it('Thoughts alone are an empty answer.', async () => {
    for (const reply of [
      says('<think>I reason.</think>'),
      says('<think>I reason'),
      stream(delta({ reasoning_content: 'I reason.' }), finish('stop')),
    ])
      expect(await failureOf(reply)).toMatchObject({
        kind: 'bad_answer',
        message: expect.stringContaining('only thoughts'),
      });
    const cut = await failureOf(stream(text('<think>I reason'), finish('length')));
    expect(cut.message).toContain('raise max_tokens');
  });

  it('Thoughts are sent back only with tool calls, and only to a server that sent them as reasoning_content.', async () => {
    const provider = await providerOf(says('42'));
    const calls = [{ id: 'a', type: 'function' as const, function: { name: 'look', arguments: '{}' } }];
    const thoughts = { thoughts: HM, thoughts_field: 'reasoning_content' as const };
    await ask(accessTo(provider.baseUrl), {
      messages: [
        { role: 'assistant', content: null, tool_calls: calls, ...thoughts },
        { role: 'assistant', content: null, tool_calls: calls, thoughts: HM },
        { role: 'assistant', content: 'So.', ...thoughts },
      ],
    });
    expect(provider.received[0]?.body['messages']).toEqual([
      { role: 'assistant', content: null, tool_calls: calls, reasoning_content: HM },
      { role: 'assistant', content: null, tool_calls: calls },
      { role: 'assistant', content: 'So.' },
    ]);
  });
});

it('Data that a server attaches to a tool call is stored with the call.', async () => {
  const extra_content = { google: { thought_signature: 'SIGNATURE' } };
  const called = { id: 'a', extra_content, function: { name: 'look', arguments: '{}' } };
  for (const reply of [
    stream(delta({ tool_calls: [called] }), finish('stop')),
    whole({ choices: [{ message: { tool_calls: [called] }, finish_reason: 'tool_calls' }] }),
  ])
    expect(await resultOf(reply)).toMatchObject({ message: { tool_calls: [called] } });
});

describe('an account without credit', () => {
  const error = (status: number, body: object, headers: Record<string, string> = {}): Reply => {
    return (response) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  const QUOTA = 'You exceeded your current quota, please check your plan and billing details.';
  const ways: Record<string, Reply> = {
    'OpenAI by its code': error(429, {
      error: { message: QUOTA, type: 'insufficient_quota', code: 'insufficient_quota' },
    }),
    'OpenAI by its type': error(429, { error: { message: QUOTA, type: 'insufficient_quota', code: null } }),
    'OpenAI in words': error(429, { error: { message: QUOTA } }),
    'OpenAI with a time to wait': error(
      429,
      { error: { message: QUOTA, code: 'insufficient_quota' } },
      { 'retry-after': '1' },
    ),
    'OpenAI, limit reached': error(400, {
      error: { message: 'Billing hard limit has been reached', code: 'billing_hard_limit_reached' },
    }),
    'OpenAI, deactivated': error(401, { error: { message: 'Your account was closed.', code: 'account_deactivated' } }),
    Anthropic: error(400, {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'Your credit balance is too low to access the Anthropic API.' },
    }),
    DeepSeek: error(402, { error: { message: 'Insufficient Balance', type: 'unknown_error' } }),
    OpenRouter: error(402, {
      error: { code: 402, message: 'This request requires more credits, or fewer max_tokens.' },
    }),
    Zhipu: error(429, { error: { code: '1113', message: 'pay' } }),
    'any with a bare 402': (response) => response.writeHead(402).end(),
    'in words alone': error(403, { error: 'Account is deactivated' }),
    'in the stream': stream({ error: { message: QUOTA, code: 'insufficient_quota' } }),
  };
  for (const [way, reply] of Object.entries(ways)) {
    it(`A permanent failure reports what to do: ${way}`, async () => {
      const failure = await failureOf(reply);
      expect(failure).toMatchObject({ kind: 'quota', message: expect.stringContaining('billing') });
      expect(failure).not.toHaveProperty('retry_after_ms');
    });
  }

  it('A per-minute limit is not a permanent failure.', async () => {
    const limits = [
      error(429, {
        error: { message: 'Rate limit reached for requests', type: 'requests', code: 'rate_limit_exceeded' },
      }),
      error(429, [{ error: { code: 429, message: QUOTA, status: 'RESOURCE_EXHAUSTED' } }]),
      error(429, { error: { message: QUOTA } }, { 'retry-after': '20' }),
    ];
    for (const reply of limits) expect(await failureOf(reply)).toMatchObject({ kind: 'rate_limit' });
    expect(await failureOf(error(401, { error: { message: 'Incorrect key' } }))).toMatchObject({ kind: 'auth' });
  });
});

it('A connection that is closed without an answer is not reported as a server that does not exist', async () => {
  const failure = await failureOf((response) => response.socket?.destroy());
  expect(failure).toMatchObject({ kind: 'network', message: expect.stringContaining('closed the connection') });
  expect(failure.message).not.toContain('No response from');
});

it('Prompt tokens from the provider’s cache are counted separately under every name, and never exceed the prompt', async () => {
  const counts = { prompt_tokens: 100, completion_tokens: 5 };
  for (const [fields, cachedTokens] of [
    [{ prompt_tokens_details: { cached_tokens: 96 } }, 96],
    [{ prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 }, 64],
    [{ cache_read_input_tokens: 50 }, 50],
    [{ cached_tokens: 40 }, 40],
    [{ prompt_tokens_details: { cached_tokens: 0 }, prompt_cache_hit_tokens: 30 }, 30],
    [{ prompt_tokens_details: { cached_tokens: 1000 } }, 100],
    [{ prompt_tokens_details: { cached_tokens: -1 } }, 0],
    [{ prompt_tokens_details: null, cached_tokens: 'many' }, 0],
    [{}, 0],
  ] as const) {
    const result = await resultOf(stream(text('42'), finish('stop'), { choices: [], usage: { ...counts, ...fields } }));
    expect(result).toMatchObject({ usage: { promptTokens: 100, cachedTokens, estimated: false } });
  }
});
