import { expect, it } from 'vitest';
import { splitModel, withSplitModels } from './model-name.ts';
import { crewSchema } from './schema.ts';

it('"provider/model" is split by the name or an alias of a provider, and only once', () => {
  expect(splitModel('openai/gpt-4.1', 'rehearsal')).toEqual({ provider: 'openai', model: 'gpt-4.1' });
  expect(splitModel('gemini/gemini-2.5-flash', 'openai')).toEqual({ provider: 'google', model: 'gemini-2.5-flash' });
  expect(splitModel('nvidia_nim/meta/llama-3.1', 'openai')).toEqual({ provider: 'nvidia', model: 'meta/llama-3.1' });
  expect(splitModel('OpenRouter/openai/gpt-4.1', 'openai')).toEqual({
    provider: 'openrouter',
    model: 'openai/gpt-4.1',
  });
});

it('a name without a provider, and names with slashes of a provider that has them, stay whole', () => {
  for (const name of ['gpt-4.1', 'nobody/model', '/model', 'openai/', ''])
    expect(splitModel(name, 'openai')).toBeNull();
  for (const inEffect of ['openrouter', 'together', 'nvidia', 'groq', 'openai_compatible', 'lmstudio', 'vllm'])
    expect(splitModel('openai/gpt-oss-20b', inEffect)).toBeNull();
});

it('a provider or an address next to the name keeps the name whole', () => {
  const agents = [
    { model: 'google/gemini' },
    { provider: 'openrouter', model: 'google/gemini' },
    { base_url: 'http://127.0.0.1:1', model: 'google/gemini' },
  ].map((agent, at) => ({ name: `a${at}`, role: '', goal: '', ...agent }));
  const of = (settings: object) => {
    const crew = withSplitModels(crewSchema.parse({ format: 'crewlane/1', name: 'c', settings, agents }));
    return [crew.settings, ...crew.agents].map(({ provider, model }) => [provider, model]);
  };
  const rest = [
    ['openrouter', 'google/gemini'],
    [undefined, 'google/gemini'],
  ];
  expect(of({ model: 'openai/gpt-4.1' })).toEqual([['openai', 'gpt-4.1'], ['google', 'gemini'], ...rest]);
  expect(of({ provider: 'openrouter', model: 'openai/gpt-4.1' })).toEqual([
    ['openrouter', 'openai/gpt-4.1'],
    [undefined, 'google/gemini'],
    ...rest,
  ]);
});
