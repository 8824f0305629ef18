import { afterEach, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../shared/crew/providers.ts';
import { isTransient } from '../../shared/run/error-kind.ts';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import type { AssistantMessage } from '../../shared/slot/message.ts';
import type { ChatResult } from './client.ts';
import { accessTo, ask, failureOf, KEY, newClient, providerOf, stopProviders } from './testing/asking.ts';
import { finish, type Reply, says, stream, text, whole } from './testing/provider.ts';

afterEach(async () => {
  newClient();
  await stopProviders();
});

const LOOK = { type: 'function' as const, function: { name: 'look', arguments: '{}' } };
const HELLO = says('Hello.');
const delta = (fields: object) => ({ choices: [{ index: 0, delta: fields, finish_reason: null }] });
const refuse = (status: number, body: object): Reply => {
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

function answerOf(result: ChatResult): AssistantMessage {
  if (result.status !== 'answered') throw new Error(JSON.stringify(result));
  // A message that was stored and read again is sent.
  return JSON.parse(JSON.stringify(result.message));
}

/** Has a server answer with `first`, sends that answer back to `later`, and returns it as the server received it. */
async function sentBack(first: Reply, access: Partial<ModelAccess> = {}, later: Partial<ModelAccess> = {}) {
  const provider = await providerOf(first, HELLO);
  const message = answerOf(await ask(accessTo(provider.baseUrl, access)));
  await ask(accessTo(provider.baseUrl, { ...access, ...later }), { messages: [message] });
  const messages = provider.received.at(-1)?.body['messages'];
  return Array.isArray(messages) ? messages[0] : undefined;
}

describe('what a server attaches to its answer is sent back', () => {
  it('the signature of a tool call, without an index (Gemini)', async () => {
    const called = { id: 'a', ...LOOK, extra_content: { google: { thought_signature: 'SIGNATURE' } } };
    const back = await sentBack(stream(delta({ tool_calls: [called] }), finish('stop')));
    expect(back).toMatchObject({ tool_calls: [called] });
  });

  it('the signature of a message without tool calls (Gemini)', async () => {
    const extra_content = { google: { thought_signature: 'SIGNATURE' } };
    const back = await sentBack(stream(delta({ content: 'Hi.', extra_content }), finish('stop')));
    expect(back).toMatchObject({ content: 'Hi.', extra_content });
  });

  it('thoughts in pieces, exactly (DeepSeek)', async () => {
    const pieces = [delta({ reasoning_content: ' I need ' }), delta({ reasoning_content: 'the file.\n' })];
    const back = await sentBack(
      stream(...pieces, delta({ tool_calls: [{ index: 0, id: 'a', ...LOOK }] }), finish('tool_calls')),
    );
    expect(back).toMatchObject({ reasoning_content: ' I need the file.\n' });
  });

  it('the details of thoughts, put together from pieces (OpenRouter)', async () => {
    const detail = { type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0 };
    const back = await sentBack(
      stream(
        delta({ reasoning: 'I ', reasoning_details: [{ ...detail, text: 'I ' }] }),
        delta({ reasoning: 'look.', reasoning_details: [{ ...detail, text: 'look.' }] }),
        delta({ reasoning_details: [{ ...detail, signature: 'SIGNATURE' }] }),
        delta({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'x', index: 1 }] }),
        delta({ tool_calls: [{ index: 0, id: 'a', ...LOOK }] }),
        finish('tool_calls'),
      ),
    );
    expect(back).toMatchObject({
      reasoning: 'I look.',
      reasoning_details: [
        { ...detail, text: 'I look.', signature: 'SIGNATURE' },
        { type: 'reasoning.encrypted', data: 'x', index: 1 },
      ],
    });
  });

  it('unknown fields of a whole answer, of its tool call and of the function', async () => {
    const called = { id: 'a', ...LOOK, vendor: { state: [1, null, 'x'] } };
    const named = { ...called, function: { ...LOOK.function, handle: 'h' } };
    const message = { role: 'assistant', content: null, vendor_state: { a: 1 }, tool_calls: [named] };
    const back = await sentBack(whole({ choices: [{ message, finish_reason: 'tool_calls' }] }));
    expect(back).toEqual(message);
  });

  it('but to no other model or provider, and nothing that is empty or that every server sends', async () => {
    const extras = { reasoning_content: 'I need it.', vendor: 'x', annotations: [], audio: null, mark: '' };
    const reply = stream(
      delta({ ...extras, tool_calls: [{ index: 0, id: 'a', ...LOOK, secret: 1 }] }),
      finish('tool_calls'),
    );
    const plain = { role: 'assistant', content: null, tool_calls: [{ id: 'a', ...LOOK }] };
    expect(await sentBack(reply, {}, { model: 'another-model' })).toEqual(plain);
    expect(await sentBack(reply, {}, { provider: 'mistral' })).toEqual(plain);
    expect(await sentBack(reply)).toEqual({
      ...plain,
      reasoning_content: 'I need it.',
      vendor: 'x',
      tool_calls: [{ id: 'a', ...LOOK, secret: 1 }],
    });
  });

  it('a field that the server refuses to get back is left out, and remembered', async () => {
    const first = stream(
      delta({ reasoning_content: 'Hm.', tool_calls: [{ index: 0, id: 'a', ...LOOK }] }),
      finish('tool_calls'),
    );
    const refusals = [
      refuse(422, {
        detail: [{ type: 'extra_forbidden', loc: ['body', 'messages', 0, 'assistant', 'reasoning_content'] }],
      }),
      refuse(400, { error: { message: "'messages.0' : property 'reasoning_content' is unsupported" } }),
    ];
    for (const refusal of refusals) {
      newClient();
      const provider = await providerOf(first, refusal, HELLO);
      const access = accessTo(provider.baseUrl);
      const messages = [answerOf(await ask(access))];
      for (let time = 1; time <= 2; time += 1)
        expect(await ask(access, { messages })).toMatchObject({ status: 'answered' });
      expect(provider.received).toHaveLength(4);
      expect(JSON.stringify(provider.received.at(-1)?.body)).not.toContain('Hm.');
    }
  });
});

describe('a request fits its provider', () => {
  /** Refuses everything that the real service refuses. */
  const strict: Record<string, (body: Record<string, unknown>) => string | null> = {
    openai: (body) => ('max_tokens' in body || 'temperature' in body ? 'Unsupported parameter' : null),
    azure: (body) => ('max_tokens' in body || 'temperature' in body ? 'Unsupported parameter' : null),
    anthropic: (body) => ('temperature' in body ? '`temperature` is deprecated for this model.' : null),
    mistral: (body) =>
      'stream_options' in body || 'max_completion_tokens' in body ? 'Extra inputs are not permitted' : null,
  };
  const models: Record<string, string> = { openai: 'gpt-5-mini', azure: 'o4-mini', anthropic: 'claude-opus-4-7' };

  for (const { name } of PROVIDERS.filter((provider) => provider.name !== 'rehearsal')) {
    it(`The settings of the shipped crew are accepted at the first request: ${name}`, async () => {
      const provider = await providerOf((response, received) => {
        const why = strict[name]?.(received.body) ?? null;
        if (why === null) HELLO(response, received);
        else refuse(400, { error: { message: why } })(response, received);
      });
      const access = { provider: name, model: models[name] ?? 'some-model', temperature: 0.4, max_tokens: 500 };
      const result = await ask(accessTo(provider.baseUrl, access));
      expect(result).toMatchObject({ status: 'answered' });
      expect(provider.received).toHaveLength(1);
      const isFixed = name in models;
      expect(result.adjusted).toEqual(isFixed ? ['temperature was left out'] : []);
      const { body, headers } = provider.received[0] ?? {};
      expect([body?.['max_tokens'] ?? body?.['max_completion_tokens'], body?.['temperature']]).toEqual([
        500,
        isFixed ? undefined : 0.4,
      ]);
      expect([headers?.authorization, headers?.['api-key']]).toEqual(
        name === 'azure' ? [undefined, KEY] : [`Bearer ${KEY}`, undefined],
      );
    });
  }

  it('Azure is called by deployment with a version, and through v1 without one, however the address is written', async () => {
    const provider = await providerOf(HELLO);
    const at = async (path: string, more: Partial<ModelAccess> = {}) => {
      await ask(accessTo(`${provider.origin}${path}`, { provider: 'azure', model: 'my gpt', ...more }));
      return provider.received.at(-1)?.url;
    };
    const v1 = '/openai/v1/chat/completions';
    for (const path of ['', '/', '/openai', '/openai/', '/openai/v1', '/openai/v1/']) expect(await at(path)).toBe(v1);
    const deployed = '/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21';
    const version = { api_version: '2024-10-21' };
    for (const path of ['', '/openai/', '/openai/deployments/my%20gpt']) expect(await at(path, version)).toBe(deployed);
    expect(await at('/openai?api-version=2024-10-21')).toBe(deployed);
  });

  it('Parameters and headers of the crew file are sent, and null removes a parameter', async () => {
    const provider = await providerOf(HELLO);
    const parameters = { top_p: 0.9, reasoning: { effort: 'low' }, temperature: null, stop: ['END'] };
    const headers = { 'Anthropic-Workspace-Id': 'wrkspc_1', Authorization: 'Bearer other' };
    await ask(accessTo(provider.baseUrl, { temperature: 0.4, parameters, headers }));
    const { body, headers: received } = provider.received[0] ?? {};
    expect(body).toMatchObject({ top_p: 0.9, reasoning: { effort: 'low' }, stop: ['END'] });
    expect(body).not.toHaveProperty('temperature');
    expect(received).toMatchObject({ 'anthropic-workspace-id': 'wrkspc_1', authorization: `Bearer ${KEY}` });
  });

  it('A parameter of the crew file that the model refuses is left out, named once per call, and remembered', async () => {
    const refusal = refuse(400, {
      error: {
        message: "Unknown parameter: 'reasoning.effort'.",
        param: 'reasoning.effort',
        code: 'unknown_parameter',
      },
    });
    const provider = await providerOf(refusal, HELLO);
    const access = accessTo(provider.baseUrl, { parameters: { reasoning: { effort: 'low' }, top_p: 1 } });
    for (let time = 1; time <= 2; time += 1)
      expect(await ask(access)).toMatchObject({ status: 'answered', adjusted: ['reasoning was left out'] });
    expect(provider.received.map(({ body }) => 'reasoning' in body)).toEqual([true, false, false]);
    expect(provider.received.at(-1)?.body).toMatchObject({ top_p: 1 });
  });

  it('A server that refuses one parameter after another gets only a few requests per call', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `option_${index}`);
    const provider = await providerOf((response, received) => {
      const param = names.find((name) => name in received.body) ?? '';
      refuse(400, { error: { message: `Unknown parameter: '${param}'.`, param } })(response, received);
    });
    const access = accessTo(provider.baseUrl, { parameters: Object.fromEntries(names.map((name) => [name, 1])) });
    expect(await ask(access)).toMatchObject({ status: 'failed' });
    expect(provider.received.length).toBeLessThan(10);
  });

  it('A length that is refused under one name is sent under the other, whichever comes first', async () => {
    const refusal = refuse(422, {
      detail: [{ type: 'extra_forbidden', loc: ['body', 'max_completion_tokens'], msg: 'no' }],
    });
    const provider = await providerOf(refusal, HELLO);
    const access = accessTo(provider.baseUrl, { provider: 'xai', max_tokens: 50 });
    expect(await ask(access)).toMatchObject({ status: 'answered', adjusted: [] });
    expect(provider.received.at(-1)?.body).toMatchObject({ max_tokens: 50 });
  });

  it('An own name for the length in the crew file replaces the setting', async () => {
    const provider = await providerOf(HELLO);
    await ask(accessTo(provider.baseUrl, { max_tokens: 50, parameters: { max_completion_tokens: 70 } }));
    await ask(accessTo(provider.baseUrl, { max_tokens: 50, parameters: { max_tokens: null } }));
    const [own, none] = provider.received.map(({ body }) => body);
    expect([own?.['max_tokens'], own?.['max_completion_tokens'], none?.['max_tokens']]).toEqual([
      undefined,
      70,
      undefined,
    ]);
  });
});

describe('a failure says what it is', () => {
  const half = text('Half.');
  const inStream = (error: object) => failureOf(stream(half, { error }));

  it('An error in a stream passes or is permanent by its code.', async () => {
    const passing = [
      { message: 'x', code: 502 },
      { message: 'x', type: 'server_error' },
      { message: 'x', type: 'overloaded_error' },
      { message: 'The model is overloaded.', code: 400 },
      { message: 'x', code: 408 },
      { message: 'x' },
    ];
    for (const error of passing) expect(await inStream(error)).toMatchObject({ kind: 'bad_answer' });
    const permanent = [
      { message: 'x', code: 400 },
      { message: 'x', code: '422' },
      { message: 'x', type: 'invalid_request_error', code: null },
      { message: 'x', status: 'INVALID_ARGUMENT' },
      { message: 'x', code: 'model_not_found' },
    ];
    for (const error of permanent) {
      const failure = await inStream(error);
      expect([error, failure.kind, isTransient(failure)]).toEqual([error, 'http', false]);
    }
    expect(await inStream({ message: 'x', code: 429 })).toMatchObject({ kind: 'rate_limit' });
    expect(await inStream({ message: 'x', code: 'rate_limit_exceeded' })).toMatchObject({ kind: 'rate_limit' });
    expect(await inStream({ message: 'x', code: 'invalid_api_key' })).toMatchObject({ kind: 'auth' });
    expect(await inStream({ message: 'x', code: 'context_length_exceeded' })).toMatchObject({
      too_long: { window_tokens: null },
    });
  });

  it('A model or a server that knows no tools is reported as such, if the crew demands native tools.', async () => {
    const tools = [{ name: 'look', description: 'Looks', parameters: { type: 'object' } }];
    const refusals = [
      refuse(400, { error: { message: 'registry.ollama.ai/library/gemma:2b does not support tools' } }),
      refuse(404, { error: { message: 'No endpoints found that support tool use.', code: 404 } }),
      refuse(400, {
        object: 'error',
        message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      }),
      refuse(500, { error: { code: 500, message: 'tools param requires --jinja flag', type: 'server_error' } }),
    ];
    for (const refusal of refusals) {
      const { baseUrl } = await providerOf(refusal);
      const result = await ask(accessTo(baseUrl, { tool_protocol: 'native' }), { tools });
      expect(result).toMatchObject({
        failure: { kind: 'no_tools', message: expect.stringContaining('cannot call tools') },
      });
      expect(await failureOf(refusal)).not.toMatchObject({ kind: 'no_tools' });
    }
  });

  it('A tool call that the model wrote wrongly may be tried again (Groq).', async () => {
    const failed = { message: 'Failed to call a function.', code: 'tool_use_failed', failed_generation: '<function' };
    expect(await failureOf(refuse(400, { error: failed }))).toMatchObject({ kind: 'bad_answer' });
  });

  it('An account without credit is told where to pay.', async () => {
    const refusal = refuse(429, { error: { message: 'You exceeded your current quota.', code: 'insufficient_quota' } });
    const { message } = await failureOf(refusal);
    expect(message).toContain('https://platform.openai.com/settings/organization/billing');
    const { baseUrl } = await providerOf(refusal);
    expect(await ask(accessTo(baseUrl, { provider: 'openai_compatible' }))).toMatchObject({
      failure: { kind: 'quota', message: expect.stringContaining('billing at the provider') },
    });
  });
});

it('A text that a field of its answer names "__proto__" changes no object', async () => {
  const called = JSON.parse(
    '{"index":0,"id":"a","function":{"name":"look","arguments":"{}"},"__proto__":{"polluted":1}}',
  );
  const provider = await providerOf(stream(text(''), delta({ tool_calls: [called] }), finish('tool_calls')));
  expect(await ask(accessTo(provider.baseUrl))).toMatchObject({ status: 'answered' });
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
