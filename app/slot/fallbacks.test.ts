import { describe, expect, it } from 'vitest';
import { callsTools, finish, type Reply, refusal, says, stream } from '../models/testing/provider.ts';
import { provide, providerOf, readySlot, runTurn } from './testing/slots.ts';
import { agentAt, turnFor } from './testing/turns.ts';

const NO_CREDIT = refusal(402, 'Insufficient credits.');
const model = (base_url: string, name = 'other') => ({ provider: 'other', base_url, model: name, price: null });

async function withFallback(first: Reply, second: Reply, more: { tools?: string[] } = {}) {
  const [own, other] = [await providerOf(first), await providerOf(second)];
  const agent = agentAt(own.baseUrl, { fallbacks: [model(other.baseUrl)], ...more });
  return { own, other, agent };
}

describe('a fallback answers at once', () => {
  it.each([
    ['without credit', NO_CREDIT],
    ['if the provider asks to wait for more than ten seconds', refusal(429, 'Slow down.', { 'retry-after': '11' })],
  ])('%s, with its own key and permit', async (_, first) => {
    const { own, other, agent } = await withFallback(first, says('From the fallback.'));
    const slot = await readySlot();
    provide(slot, { ada: 'sk-own-0123456789', 'ada#1': 'sk-other-0123456789' });
    const { outcome } = await runTurn(turnFor(agent), slot);
    expect(outcome).toEqual({ status: 'value', text: 'From the fallback.' });
    expect(own.received[0]?.headers.authorization).toBe('Bearer sk-own-0123456789');
    expect(other.received[0]?.headers.authorization).toBe('Bearer sk-other-0123456789');
    expect(slot.requested('limiter.acquire')).toMatchObject([
      { provider: 'test', can_fall_back: true },
      { provider: 'other', origin: other.origin, fallback: 1 },
    ]);
    expect(slot.events('llm.call')).toMatchObject([
      { provider: 'test' },
      { provider: 'other', model: 'other', fallback: 1 },
    ]);
  });

  it('if the permit is refused, without a call of the model', async () => {
    const { own, agent } = await withFallback(says('From the model.'), says('From the fallback.'));
    const slot = await readySlot();
    slot.answering = (request) => {
      const isOwn = request.kind === 'limiter.acquire' && request.fallback === undefined;
      const failure = { kind: 'rate_limit' as const, message: 'Wait.', retry_after_ms: 20_000 };
      return isOwn ? { ok: false, text: 'Wait.', failure } : { ok: true, text: 'permit-1' };
    };
    expect((await runTurn(turnFor(agent), slot)).outcome).toEqual({ status: 'value', text: 'From the fallback.' });
    expect(own.received).toEqual([]);
  });

  it('for the rest of the conversation, without what the first model attached to its answers', async () => {
    const signed = {
      index: 0,
      id: 'c',
      type: 'function',
      extra: 'S',
      function: { name: 'file_reader', arguments: '{"path":"a"}' },
    };
    const call = stream({ choices: [{ index: 0, delta: { tool_calls: [signed] } }] }, finish('tool_calls'));
    const [own, other] = [
      await providerOf(call, NO_CREDIT),
      await providerOf(callsTools(['file_reader', { path: 'b' }]), says('Done.')),
    ];
    const agent = agentAt(own.baseUrl, { fallbacks: [model(other.baseUrl)], tools: ['file_reader'] });
    expect((await runTurn(turnFor(agent))).outcome).toEqual({ status: 'value', text: 'Done.' });
    expect([own.received.length, other.received.length]).toEqual([2, 2]);
    expect(JSON.stringify(own.received[1]?.body)).toContain('"extra":"S"');
    expect(JSON.stringify(other.received[0]?.body)).not.toContain('"extra":"S"');
  });
});

describe('a fallback does not answer at once', () => {
  it.each([
    ['if the provider asks to wait for ten seconds', refusal(429, 'Slow down.', { 'retry-after': '10' }), 'rate_limit'],
    ['if the server fails', refusal(500, 'Broken.'), 'http'],
    ['if the key is wrong', refusal(401, 'Wrong key.'), 'auth'],
    ['if the request is wrong', refusal(400, 'Wrong.'), 'http'],
  ])('%s', async (_, first, kind) => {
    const { other, agent } = await withFallback(first, says('From the fallback.'));
    expect((await runTurn(turnFor(agent))).outcome).toMatchObject({ status: 'error', failure: { kind } });
    expect(other.received).toEqual([]);
  });
});

it('a turn begins with the fallback that the engine names', async () => {
  const { own, agent } = await withFallback(says('From the model.'), says('From the fallback.'));
  const { outcome } = await runTurn(turnFor(agent, { first_fallback: 1 }));
  expect(outcome).toEqual({ status: 'value', text: 'From the fallback.' });
  expect(own.received).toEqual([]);
});
