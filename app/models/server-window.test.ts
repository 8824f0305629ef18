import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { windowOfServer } from './server-window.ts';
import { providerOf, stopProviders } from './testing/asking.ts';
import { page, type Reply } from './testing/provider.ts';

afterEach(stopProviders);

/** A server that answers each of these paths with JSON, and everything else with 404. */
async function serving(answers: Record<string, object>) {
  const reply: Reply = (response, { url }) => {
    const answer = answers[url];
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
  };
  return providerOf(reply);
}

async function windowOf(provider: string, answers: Record<string, object>, model = 'qwen3'): Promise<number | null> {
  const server = await serving(answers);
  return windowOfServer({ provider, baseUrl: server.baseUrl, model });
}

it('Ollama: the window of the loaded model, or the one that the model sets', async () => {
  const show = { parameters: 'stop "x"\nnum_ctx   8192', model_info: { 'qwen3.context_length': 40_960 } };
  const ps = {
    models: [
      { name: 'other:latest', context_length: 1 },
      { name: 'qwen3:latest', context_length: 16_384 },
    ],
  };
  expect(await windowOf('ollama', { '/api/ps': ps, '/api/show': show })).toBe(16_384);
  expect(await windowOf('ollama', { '/api/ps': { models: [] }, '/api/show': show })).toBe(8192);
});

it('Ollama: 4,096 tokens for a model that is not loaded, because longer prompts may be cut without an error', async () => {
  const info = (length: number) => ({ '/api/show': { model_info: { 'x.context_length': length } } });
  expect(await windowOf('ollama', info(131_072))).toBe(4096);
  expect(await windowOf('ollama', info(2048))).toBe(2048);
});

it('LM Studio, llama.cpp and vLLM report what they were started with', async () => {
  const lmStudio = { '/api/v0/models/qwen/qwen3': { max_context_length: 40_960, loaded_context_length: 6000 } };
  expect(await windowOf('lmstudio', lmStudio, 'qwen/qwen3')).toBe(6000);
  expect(await windowOf('llamacpp', { '/props': { default_generation_settings: { n_ctx: 5000 } } })).toBe(5000);
  expect(await windowOf('vllm', { '/v1/models': { data: [{ id: 'qwen3', max_model_len: 7000 }] } })).toBe(7000);
});

it('A server that does not say it, answers something else or is not there gives no window', async () => {
  for (const provider of ['ollama', 'lmstudio', 'llamacpp', 'vllm']) {
    expect(await windowOf(provider, {})).toBeNull();
    const website = await providerOf(page(200));
    const { baseUrl } = website;
    expect(await windowOfServer({ provider, baseUrl, model: 'm' })).toBeNull();
    await website.stop();
    expect(await windowOfServer({ provider, baseUrl, model: 'm' })).toBeNull();
  }
  const { baseUrl, received } = await serving({});
  expect(await windowOfServer({ provider: 'openai', baseUrl, model: 'm' })).toBeNull();
  expect(received).toEqual([]);
});

it('An answer that unpacks to hundreds of megabytes is given up early, and a redirect is not followed', async () => {
  const bomb = gzipSync(Buffer.alloc(400 * 1024 * 1024, ' '));
  let redirected = 0;
  const server = await providerOf((response, { url }) => {
    if (url === '/elsewhere') redirected += 1;
    if (url === '/props') response.writeHead(307, { location: '/elsewhere' }).end();
    else response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb);
  });
  const before = process.memoryUsage().rss;
  expect(await windowOfServer({ provider: 'vllm', baseUrl: server.baseUrl, model: 'm' })).toBeNull();
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  expect(await windowOfServer({ provider: 'llamacpp', baseUrl: server.baseUrl, model: 'm' })).toBeNull();
  expect(redirected).toBe(0);
});
