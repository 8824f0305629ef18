import { describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import { chooseModels, type ModelOverrides } from './models.ts';

const NOTHING = { provider: null, baseUrl: null, model: null };

function crewOf(settings: object, agent: object = {}) {
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Work', ...agent }];
  return crewSchema.parse({ format: 'crewlane/1', name: 'c', settings, agents });
}

function fallbacksOf(settings: object, agent: object = {}, chosen: Partial<ModelOverrides> = {}) {
  const models = chooseModels(crewOf(settings, agent), { ...NOTHING, ...chosen });
  if (!models.ok) return models.problems.map(({ code, path }) => [code, path]);
  return models.agents.get('ada')?.fallbacks.map(({ provider, baseUrl, model }) => [provider.name, baseUrl, model]);
}

const OPENAI = { provider: 'openai', model: 'gpt-4.1' };
const GOOGLE = 'https://generativelanguage.googleapis.com/v1beta/openai';

describe('fallbacks', () => {
  it('are named as provider/model, or as a model of the same provider', () => {
    expect(fallbacksOf({ ...OPENAI, fallbacks: ['google/gemini-2.5-flash', 'gpt-4.1-mini'] })).toEqual([
      ['google', GOOGLE, 'gemini-2.5-flash'],
      ['openai', 'https://api.openai.com/v1', 'gpt-4.1-mini'],
    ]);
  });

  it('are objects with the keys of a model, and a base URL alone is a compatible server', () => {
    const fallbacks = [
      { provider: 'google', model: 'gemini-2.5-flash' },
      { base_url: 'http://127.0.0.1:9/v1', model: 'm' },
    ];
    expect(fallbacksOf({ ...OPENAI, fallbacks })).toEqual([
      ['google', GOOGLE, 'gemini-2.5-flash'],
      ['openai_compatible', 'http://127.0.0.1:9/v1', 'm'],
    ]);
  });

  it('of an agent replace those of the crew', () => {
    expect(fallbacksOf({ ...OPENAI, fallbacks: ['gpt-4.1-mini'] }, { fallbacks: [] })).toEqual([]);
    expect(fallbacksOf({ ...OPENAI }, { fallbacks: ['gpt-4.1-nano'] })).toEqual([
      ['openai', 'https://api.openai.com/v1', 'gpt-4.1-nano'],
    ]);
  });

  it('are not used in a rehearsal, or with a provider that a person chose for all agents', () => {
    const settings = { ...OPENAI, fallbacks: ['google/gemini-2.5-flash'] };
    expect(fallbacksOf(settings, {}, { provider: 'rehearsal' })).toEqual([]);
    expect(fallbacksOf(settings, {}, { provider: 'deepseek', model: 'deepseek-chat' })).toEqual([]);
  });

  it('get the parameters and headers of the crew only from the same provider', () => {
    const added = { parameters: { seed: 1 }, headers: { 'x-team': 'a' }, temperature: 0.5 };
    const models = chooseModels(crewOf({ ...OPENAI, ...added, fallbacks: ['gpt-4.1-mini', 'google/g'] }), NOTHING);
    const [same, other] = (models.ok && models.agents.get('ada')?.fallbacks) || [];
    expect(same).toMatchObject(added);
    expect(other).toMatchObject({ parameters: {}, headers: {}, temperature: 0.5 });
  });

  it('with a problem name their place in the file', () => {
    expect(fallbacksOf({ ...OPENAI, fallbacks: [{ provider: 'nobody' }] })).toEqual([
      ['unknown_provider', 'settings.fallbacks[0]'],
    ]);
    expect(fallbacksOf({ ...OPENAI }, { fallbacks: ['gpt-4.1-mini', { provider: 'rehearsal' }] })).toEqual([
      ['rehearsal_fallback', 'agents[0].fallbacks'],
    ]);
    expect(crewSchemaAccepts({ ...OPENAI, fallbacks: Array(6).fill('m') })).toBe(false);
  });
});

function crewSchemaAccepts(settings: object): boolean {
  return crewSchema.safeParse({ format: 'crewlane/1', name: 'c', settings }).success;
}
