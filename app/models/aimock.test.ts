import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { isTransient } from '../../shared/run/error-kind.ts';
import type { Message } from '../../shared/slot/message.ts';
import { accessTo, ask, newClient } from './testing/asking.ts';

// A server that imitates the services of several providers, and that this project did not write.

const mock = new LLMock({ port: 0 });
let url: string;
let baseUrl: string;

beforeAll(async () => {
  mock.onMessage('Say hello.', { content: 'Hello.' });
  mock.onMessage('Look.', { toolCalls: [{ name: 'look', arguments: '{"path":"a"}' }] });
  mock.onMessage('Look twice.', {
    toolCalls: [
      { name: 'look', arguments: '{"path":"a"}' },
      { name: 'look', arguments: '{"path":"b"}' },
    ],
  });
  mock.onMessage('Think.', { content: 'Thought.', reasoning: 'Hm, let me see.' });
  url = await mock.start();
  baseUrl = `${url}/v1`;
});
afterEach(() => {
  newClient();
  mock.clearChaos();
});
afterAll(() => mock.stop());

const TOOL = { name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} } };
const LOOK: Message[] = [{ role: 'user', content: 'Look.' }];

it('an answer and a tool call of the server are read', async () => {
  expect(await ask(accessTo(baseUrl))).toMatchObject({ status: 'answered', message: { content: 'Hello.' } });
  expect(await ask(accessTo(baseUrl), { messages: LOOK, tools: [TOOL] })).toMatchObject({
    status: 'answered',
    message: { tool_calls: [{ function: { name: 'look', arguments: '{"path":"a"}' } }] },
  });
});

it.each([
  ['drops requests', { dropRate: 1 }, { kind: 'http', status: 500 }],
  ['answers malformed JSON', { malformedRate: 1 }, { kind: 'bad_answer' }],
  ['disconnects', { disconnectRate: 1 }, { kind: 'network' }],
  ['limits the rate', { rateLimitRate: 1 }, { kind: 'rate_limit', status: 429 }],
])('a server that %s causes a failure that another attempt may not have', async (_, chaos, failure) => {
  mock.setChaos(chaos);
  const failed = await ask(accessTo(baseUrl));
  expect(failed).toMatchObject({ status: 'failed', failure });
  expect(failed.status === 'failed' && isTransient(failed.failure)).toBe(true);
  mock.clearChaos();
  expect(await ask(accessTo(baseUrl))).toMatchObject({ status: 'answered', message: { content: 'Hello.' } });
});

it('a slow server is waited for', async () => {
  mock.setChaos({ latencyMs: 50 });
  expect(await ask(accessTo(baseUrl))).toMatchObject({ status: 'answered', message: { content: 'Hello.' } });
});

it.each([
  ['OpenAI', 'openai', '/v1', {}],
  ['OpenRouter', 'openrouter', '/api/v1', {}],
  ['Azure by deployments', 'azure', '', { api_version: '2024-10-21' }],
  ['a compatible server', 'openai_compatible', '/v1', {}],
])('at the address of %s, two tool calls, thoughts and usage are read', async (_, provider, path, more) => {
  const access = accessTo(`${url}${path}`, { provider, model: 'gpt-4o', ...more });
  const twice = await ask(access, { messages: [{ role: 'user', content: 'Look twice.' }], tools: [TOOL] });
  expect(twice).toMatchObject({
    status: 'answered',
    usage: { estimated: false },
    message: { tool_calls: [{ function: { arguments: '{"path":"a"}' } }, { function: { arguments: '{"path":"b"}' } }] },
  });
  const thought = await ask(access, { messages: [{ role: 'user', content: 'Think.' }] });
  expect(thought).toMatchObject({ status: 'answered', message: { content: 'Thought.', thoughts: 'Hm, let me see.' } });
});

it.each([
  [401, 'Wrong key.', 'auth'],
  [402, 'Insufficient credits.', 'quota'],
  [404, 'No such model.', 'http'],
  [529, 'Overloaded.', 'http'],
] as const)('an error %i of the server, "%s", has the kind %s', async (status, message, kind) => {
  mock.nextRequestError(status, { message });
  expect(await ask(accessTo(baseUrl))).toMatchObject({ status: 'failed', failure: { kind } });
});
