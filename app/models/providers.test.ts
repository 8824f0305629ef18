import { afterEach, describe, expect, it } from 'vitest';
import { findProvider, PROVIDERS, type Provider } from '../../shared/crew/providers.ts';
import { originOf } from '../base/origin.ts';
import { findLocalServers } from './discover.ts';
import { contextWindowOf, knownWindowOf, modelListSource, priceOf } from './known-models.ts';
import { costOf, isCostAtMost } from './prices.ts';
import { page, type Reply, TestProvider } from './testing/provider.ts';

const running: TestProvider[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((provider) => provider.stop()));
});

function known(name: string): Provider {
  const provider = findProvider(name);
  if (!provider) throw new Error(`Unknown provider ${name}.`);
  return provider;
}

async function localServer(title: string, reply: Reply): Promise<Provider> {
  const server = await TestProvider.start(reply);
  running.push(server);
  return { ...known('ollama'), title, baseUrl: server.baseUrl };
}

describe('the table of providers', () => {
  it('Each provider has a unique name, and an https address if a key is sent.', () => {
    expect(new Set(PROVIDERS.map(({ name }) => name)).size).toBe(PROVIDERS.length);
    for (const { baseUrl, needsKey, local, keyVariable } of PROVIDERS) {
      if (needsKey) expect(keyVariable).not.toBeNull();
      if (needsKey && baseUrl !== null) expect(new URL(baseUrl).protocol).toBe('https:');
      if (local) expect(new URL(baseUrl ?? '').hostname).toBe('127.0.0.1');
    }
    expect(findProvider('nobody')).toBeNull();
  });

  it('The origin of each key is known.', () => {
    expect(originOf('https://api.openai.com/v1')).toBe('https://api.openai.com');
    expect(originOf('http://127.0.0.1:8080/v1')).toBe('http://127.0.0.1:8080');
  });
});

describe('the cost of a call', () => {
  it('The price follows the longest matching prefix, including dated versions, and is unknown for other models.', () => {
    expect(priceOf(known('openai'), 'gpt-4o-mini')).toEqual({ prompt: 0.15, completion: 0.6, cached: 0.075 });
    expect(priceOf(known('openai'), 'gpt-4o-2024-08-06')).toEqual(priceOf(known('openai'), 'gpt-4o'));
    expect(priceOf(known('openai'), 'gpt-4o-audio')).toBeNull();
    expect(priceOf(known('openai_compatible'), 'gpt-4o')).toBeNull();
  });

  it('Current models of each large provider have a price, and the list says how old it is.', () => {
    const models = {
      openai: 'gpt-5-mini',
      azure: 'gpt-4.1',
      anthropic: 'claude-opus-4-7',
      google: 'gemini-3-pro-preview',
      mistral: 'mistral-large-latest',
      groq: 'openai/gpt-oss-20b',
      openrouter: 'openai/gpt-4.1',
      deepseek: 'deepseek-chat',
      xai: 'grok-4',
      together: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    };
    for (const [provider, model] of Object.entries(models))
      expect([provider, priceOf(known(provider), model)?.prompt]).toEqual([provider, expect.any(Number)]);
    expect(modelListSource()).toMatch(/ \d+\.\d+\.\d+, \d{4}-\d\d-\d\d$/);
  });

  it('A long prompt costs more where the provider says so.', () => {
    const price = { prompt: 2, completion: 12, long: { above_tokens: 200_000, prompt: 4, completion: 18 } };
    expect(costOf(price, 200_000, 1_000_000)).toBeCloseTo(12.4);
    expect(costOf(price, 300_000, 1_000_000)).toBeCloseTo(19.2);
    expect(priceOf(known('google'), 'gemini-3-pro-preview')?.long?.above_tokens).toBe(200_000);
  });

  it('Rehearsals and local models cost nothing.', () => {
    expect(costOf(priceOf(known('rehearsal'), 'rehearsal-1'), 1000, 1000)).toBe(0);
    expect(costOf(priceOf(known('ollama'), 'llama'), 1000, 1000)).toBe(0);
  });

  it('The cost is in US dollars per million tokens, and unknown if the price is unknown.', () => {
    expect(costOf({ prompt: 2, completion: 8 }, 500_000, 250_000)).toBe(3);
    expect(costOf(null, 1, 1)).toBeNull();
    expect(isCostAtMost(null, 1)).toBe(false);
  });

  it('Cached prompt tokens cost their own price, or the full price with a mark if that is unknown.', () => {
    const price = { prompt: 2, completion: 8, cached: 0.5 };
    expect([costOf(price, 1_000_000, 0, 800_000), isCostAtMost(price, 800_000)]).toEqual([0.8, false]);
    const unknown = { prompt: 2, completion: 8 };
    expect([costOf(unknown, 1_000_000, 0, 800_000), isCostAtMost(unknown, 800_000)]).toEqual([2, true]);
    expect(isCostAtMost(unknown, 0)).toBe(false);
  });
});

it('The context window of a known model is returned, and a usual size for any other.', () => {
  expect(contextWindowOf('openai', 'gpt-4.1-mini')).toBe(1_000_000);
  expect(contextWindowOf('openai_compatible', 'gpt-4.1-mini')).toBe(1_000_000);
  expect(contextWindowOf('openai', 'some-model')).toBe(128_000);
  expect(knownWindowOf('anthropic', 'claude-opus-4-7')).toBeGreaterThanOrEqual(200_000);
  expect(knownWindowOf('google', 'gemini-3-pro-preview')).toBe(1_048_576);
  expect(knownWindowOf('openai', 'some-model')).toBeNull();
});

it('Discovery finds local servers that answer as a model server does, and nothing else.', async () => {
  const models = await localServer('Here', (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'llama' }, { id: 'qwen' }] }));
  });
  const website = await localServer('A website', page(200));
  const silent = await localServer('Never answers', () => undefined);
  const gone = await localServer('Gone', page(200));
  await running.pop()?.stop();
  const found = await findLocalServers([models, website, silent, gone, known('openai')]);
  expect(found.map(({ provider, models: names }) => [provider.title, names])).toEqual([['Here', ['llama', 'qwen']]]);
});
