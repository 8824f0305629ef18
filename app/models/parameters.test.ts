import { afterEach, describe, expect, it } from 'vitest';
import { accessTo, ask, failureOf, newClient, providerOf, stopProviders } from './testing/asking.ts';
import { type Reply, refusal, says } from './testing/provider.ts';

afterEach(async () => {
  newClient();
  await stopProviders();
});

const json = (response: Parameters<Reply>[0], status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const hello = says('Hello.');
const LENGTH =
  "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
const TEMPERATURE =
  "Unsupported value: 'temperature' does not support 0.4 with this model. Only the default (1) value is supported.";

/** As OpenAI's reasoning models answer. */
const reasoning: Reply = (response, received) => {
  const { max_tokens, temperature } = received.body;
  const error = (message: string, param: string, code: string) =>
    json(response, 400, { error: { message, type: 'invalid_request_error', param, code } });
  if (max_tokens !== undefined) error(LENGTH, 'max_tokens', 'unsupported_parameter');
  else if (temperature !== undefined) error(TEMPERATURE, 'temperature', 'unsupported_value');
  else hello(response, received);
};

describe('a parameter that a model does not accept', () => {
  it('A rejected parameter is renamed or left out, the call is repeated at once, and the model is remembered.', async () => {
    const provider = await providerOf(reasoning);
    const access = accessTo(provider.baseUrl, { temperature: 0.4, max_tokens: 500 });
    const adjusted = ['temperature was left out', 'max_tokens was sent as max_completion_tokens'];
    expect(await ask(access)).toMatchObject({ status: 'answered', adjusted });
    expect(provider.received).toHaveLength(3);
    expect(await ask(access)).toMatchObject({ status: 'answered', adjusted });
    expect(provider.received).toHaveLength(4);
    expect(provider.received.at(-1)?.body).toMatchObject({ max_completion_tokens: 500 });
    await ask({ ...access, model: 'another-model' });
    expect(provider.received).toHaveLength(7);
  });

  it('A rejected parameter is recognized in messages of servers that do not name it separately.', async () => {
    const mistral = { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options', 'include_usage'] }] };
    const refusals: Record<string, Reply> = {
      stream_options: (response) => json(response, 422, { object: 'error', message: mistral }),
      temperature: refusal(400, '`temperature` is deprecated for this model.'),
    };
    for (const [option, refuses] of Object.entries({
      ...refusals,
      unknown: refusal(400, 'Unrecognized request argument supplied: stream_options'),
    })) {
      const provider = await providerOf(refuses, hello);
      const result = await ask(accessTo(provider.baseUrl, { temperature: 0.4, max_tokens: 500 }));
      expect(result.status).toBe('answered');
      const left = option === 'unknown' ? 'stream_options' : option;
      expect(provider.received.map(({ body }) => left in body)).toEqual([true, false]);
      expect(result.adjusted).toEqual(left === 'temperature' ? ['temperature was left out'] : []);
    }
  });

  it('A parameter is left out if its newer name is refused too.', async () => {
    const provider = await providerOf(
      refusal(400, 'Unknown field: max_tokens'),
      refusal(400, 'Unknown field: max_completion_tokens'),
      hello,
    );
    expect(await ask(accessTo(provider.baseUrl, { max_tokens: 500 }))).toMatchObject({
      status: 'answered',
      adjusted: ['max_tokens was left out'],
    });
  });
});

it('A wrong value, a refused parameter that was not sent, and any other error fail after one call', async () => {
  const errors = [
    'max_tokens is too large: 500. This model supports at most 100 completion tokens.',
    'temperature: must be between 0 and 1',
    'Unsupported parameter: top_k',
    'Tools are not supported by this model.',
  ];
  for (const message of errors) {
    const provider = await providerOf(refusal(400, message), hello);
    const result = await ask(accessTo(provider.baseUrl, { temperature: 0.4, max_tokens: 500 }));
    expect(result).toMatchObject({ status: 'failed', failure: { kind: 'http', status: 400 } });
    expect(provider.received).toHaveLength(1);
  }
});

it('A request that does not fit the context window reports the setting to change.', async () => {
  for (const [message, advice] of [
    [
      "This model's maximum context length is 1000 tokens. However, your messages resulted in 5000 tokens.",
      'context_window to 1000',
    ],
    ['the request exceeds the available context size (4096 tokens), try increasing it', 'context_window to'],
    ['prompt is too long: 210000 tokens > 200000 maximum', 'context_window to'],
  ] as const) {
    const failure = await failureOf(refusal(400, message));
    expect(failure).toMatchObject({ kind: 'context_window' });
    expect(failure.message).toContain(message.slice(0, 40));
    expect(failure.message).toContain(advice);
  }
});
