import { describe, expect, it } from 'vitest';
import { isRehearsed } from '../../shared/crew/rehearsed.ts';
import { crewSchema } from '../../shared/crew/schema.ts';
import { chooseModels, type ModelOverrides } from './models.ts';

const NOTHING: ModelOverrides = { provider: null, baseUrl: null, model: null };
const LOCAL = 'http://127.0.0.1:4000/v1';

function makeCrew(settings: object, agents: readonly object[]) {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    settings,
    agents: agents.map((agent, index) => ({ name: `a${index}`, role: 'r', goal: 'g', ...agent })),
  });
}

function choose(settings: object, agents: readonly object[] = [{}], overrides: Partial<ModelOverrides> = {}) {
  return chooseModels(makeCrew(settings, agents), { ...NOTHING, ...overrides });
}

function chosen(...args: Parameters<typeof choose>): string[] {
  const models = choose(...args);
  if (!models.ok) return models.problems.map(({ code, path }) => `${code} ${path}`);
  return [...models.agents.values()].map(({ provider, baseUrl, model, fromFile }) =>
    [provider.name, baseUrl, model, fromFile ? 'from file' : ''].join(' ').trim(),
  );
}

describe('the model of an agent', () => {
  it('A crew without a provider is rehearsed.', () => {
    expect(chosen({})).toEqual(['rehearsal  rehearsal-1']);
  });

  it('The provider and model of an agent override the settings of the crew.', () => {
    const settings = { provider: 'openai', model: 'gpt-4.1' };
    expect(chosen(settings, [{}, { model: 'o3' }, { provider: 'ollama', model: 'llama' }])).toEqual([
      'openai https://api.openai.com/v1 gpt-4.1',
      'openai https://api.openai.com/v1 o3',
      'ollama http://127.0.0.1:11434/v1 llama',
    ]);
  });

  it('A base URL without a provider means an OpenAI-compatible server, and is marked if it comes from the file.', () => {
    expect(chosen({ base_url: LOCAL, model: 'm' })).toEqual([`openai_compatible ${LOCAL} m from file`]);
    expect(chosen({ model: 'm' }, [{}], { baseUrl: LOCAL })).toEqual([`openai_compatible ${LOCAL} m`]);
    expect(chosen({ provider: 'openai', model: 'm' }, [{}], { baseUrl: LOCAL })).toEqual([
      `openai_compatible ${LOCAL} m`,
    ]);
  });

  it('A typed address counts as chosen by the person, even if the file has the same address.', () => {
    const settings = { base_url: LOCAL, model: 'm' };
    expect(chosen(settings, [{}], { baseUrl: LOCAL })).toEqual([`openai_compatible ${LOCAL} m from file`]);
    const typed = { baseUrl: LOCAL, typedBaseUrl: true };
    expect(chosen(settings, [{}], typed)).toEqual([`openai_compatible ${LOCAL} m`]);
  });

  it('A provider that a person chose applies to all agents.', () => {
    const agents = [{}, { provider: 'groq', model: 'x' }];
    const override = { provider: 'openai', model: 'gpt-4.1' };
    expect(chosen({}, agents, override)).toEqual(Array(2).fill('openai https://api.openai.com/v1 gpt-4.1'));
    expect(chosen({ provider: 'openai' }, agents, { provider: 'rehearsal' })).toEqual(
      Array(2).fill('rehearsal  rehearsal-1'),
    );
  });

  it('The settings of a started run give the same models again.', () => {
    const agents = [{}, { provider: 'ollama', model: 'llama' }];
    const settings = { provider: 'openai', base_url: LOCAL, model: 'gpt-4.1' };
    const first = choose(settings, agents);
    if (!first.ok) throw new Error('The models should be valid.');
    const { provider, base_url: baseUrl, model } = first.settings;
    expect(baseUrl).toBe(LOCAL);
    expect(choose(settings, agents, { provider, baseUrl, model })).toEqual(first);
  });

  it('An unknown provider, a missing address and a missing model are refused.', () => {
    expect(chosen({ provider: 'opnai' })).toEqual(['unknown_provider settings.provider']);
    expect(chosen({}, [{ provider: 'openai_compatible' }])).toEqual(['no_base_url agents[0].provider']);
    expect(chosen({ provider: 'groq' })).toEqual(['no_model settings.provider']);
  });

  it('A missing model of the crew is reported once for all agents.', () => {
    expect(chosen({ provider: 'groq' }, [{}, {}, {}])).toEqual(['no_model settings.provider']);
  });

  it('A crew is not rehearsed if every agent has a provider of its own.', () => {
    const isRehearsal = (...args: Parameters<typeof choose>) => {
      const models = choose(...args);
      if (!models.ok) throw new Error('Every agent has a model.');
      const [settings, agents = [{}], overrides] = args;
      if (overrides === undefined) expect(isRehearsed(makeCrew(settings, agents))).toBe(models.rehearsal);
      return models.rehearsal;
    };
    const own = [{ provider: 'openai' }, { base_url: LOCAL, model: 'm' }];
    expect(isRehearsal({}, own)).toBe(false);
    expect(isRehearsal({ provider: 'rehearsal' }, own)).toBe(false);
    expect(isRehearsal({}, own, { provider: 'rehearsal' })).toBe(true);
    expect(isRehearsal({}, [{ provider: 'rehearsal' }])).toBe(true);
    expect(isRehearsal({ provider: 'openai' }, [{ provider: 'rehearsal' }])).toBe(true);
    expect(isRehearsal({}, [])).toBe(true);
  });

  it('Rehearsed agents cannot be mixed with agents that call a real model.', () => {
    expect(chosen({}, [{}, { provider: 'openai' }])).toEqual(['mixed_rehearsal settings.provider']);
  });
});
