import { afterEach, expect, it } from 'vitest';
import { accessTo, ask, newClient, providerOf, stopProviders } from './testing/asking.ts';
import { refusal, says } from './testing/provider.ts';

afterEach(async () => {
  newClient();
  await stopProviders();
});

const OPEN = { type: 'object', properties: { title: { type: 'string' } } };
const CLOSED = { ...OPEN, required: ['title'], additionalProperties: false };
const TOOL = { name: 'look', description: '', parameters: {} };

it('a schema is sent to a provider that declares schemas, and strictly if providers can enforce it', async () => {
  const provider = await providerOf(says('{"title": "x"}'));
  const access = accessTo(provider.baseUrl);
  await ask(access, { answerSchema: OPEN });
  await ask(access, { answerSchema: CLOSED });
  expect(provider.received.map(({ body }) => body['response_format'])).toEqual([
    { type: 'json_schema', json_schema: { name: 'answer', schema: OPEN } },
    { type: 'json_schema', json_schema: { name: 'answer', schema: CLOSED, strict: true } },
  ]);
});

it('a schema is not sent with tools, to other providers, or if it is not one of an object', async () => {
  const provider = await providerOf(says('{"title": "x"}'));
  await ask(accessTo(provider.baseUrl), { answerSchema: CLOSED, tools: [TOOL] });
  await ask(accessTo(provider.baseUrl, { provider: 'deepseek' }), { answerSchema: CLOSED });
  await ask(accessTo(provider.baseUrl), { answerSchema: { type: 'array', items: OPEN } });
  await ask(accessTo(provider.baseUrl));
  expect(provider.received.map(({ body }) => 'response_format' in body)).toEqual([false, false, false, false]);
});

it('the form of the crew file replaces the schema', async () => {
  const provider = await providerOf(says('{"title": "x"}'));
  const response_format = { type: 'json_object' };
  await ask(accessTo(provider.baseUrl, { parameters: { response_format } }), { answerSchema: CLOSED });
  expect(provider.received[0]?.body['response_format']).toEqual(response_format);
});

it.each([
  "Invalid schema for response_format 'answer': 'required' is required to be supplied.",
  'This model does not support response_format json_schema.',
  'failed to parse grammar of the schema',
])('a schema that the server refuses is left out, and not reported as a setting: %s', async (message) => {
  const provider = await providerOf(refusal(400, message), says('{"title": "x"}'));
  const access = accessTo(provider.baseUrl);
  expect(await ask(access, { answerSchema: CLOSED })).toMatchObject({ status: 'answered', adjusted: [] });
  await ask(access, { answerSchema: CLOSED });
  expect(provider.received.map(({ body }) => 'response_format' in body)).toEqual([true, false, false]);
});
