import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { isTransient } from '../../shared/run/error-kind.ts';
import type { Message } from '../../shared/slot/protocol.ts';
import { accessTo, ask, newClient } from './testing/asking.ts';

// A server that imitates the services of several providers, and that this project did not write.

const mock = new LLMock({ port: 0 });
let baseUrl: string;

beforeAll(async () => {
  mock.onMessage('Say hello.', { content: 'Hello.' });
  mock.onMessage('Look.', { toolCalls: [{ name: 'look', arguments: '{"path":"a"}' }] });
  baseUrl = `${await mock.start()}/v1`;
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
