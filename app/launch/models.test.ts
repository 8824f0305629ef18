import { describe, expect, it } from 'vitest';
import { isRehearsed } from '../../shared/project/rehearsed.ts';
import { crewSchema } from '../../shared/project/schema.ts';
import { chooseModels, type ModelOverrides } from './models.ts';

const NOTHING: ModelOverrides = { provider: null, baseUrl: null, model: null };
const LOCAL = 'http://127.0.0.1:4000/v1';

function crew(settings: object, agents: readonly object[]) {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    settings,
    agents: agents.map((agent, index) => ({ name: `a${index}`, role: 'r', goal: 'g', ...agent })),
  });
}

function choose(settings: object, agents: readonly object[] = [{}], overrides: Partial<ModelOverrides> = {}) {
  return chooseModels(crew(settings, agents), { ...NOTHING, ...overrides });
}

function asked(...args: Parameters<typeof choose>): string[] {
  const models = choose(...args);
  if (!models.ok) return models.problems.map(({ code, path }) => `${code} ${path}`);
  return [...models.agents.values()].map(({ provider, baseUrl, model, fromFile }) =>
    [provider.name, baseUrl, model, fromFile ? 'from file' : ''].join(' ').trim(),
  );
}

describe('which model an agent asks', () => {
  it('rehearses where the file says nothing', () => {
    expect(asked({})).toEqual(['rehearsal  rehearsal-1']);
  });

  it('takes the settings, and an agent’s own before them', () => {
    const settings = { provider: 'openai', model: 'gpt-4.1' };
    expect(asked(settings, [{}, { model: 'o3' }, { provider: 'ollama', model: 'llama' }])).toEqual([
      'openai https://api.openai.com/v1 gpt-4.1',
      'openai https://api.openai.com/v1 o3',
      'ollama http://127.0.0.1:11434/v1 llama',
    ]);
  });

  it('takes a base URL without a provider as an OpenAI-compatible server, and tells that it stands in the file', () => {
    expect(asked({ base_url: LOCAL, model: 'm' })).toEqual([`openai_compatible ${LOCAL} m from file`]);
    expect(asked({ model: 'm' }, [{}], { baseUrl: LOCAL })).toEqual([`openai_compatible ${LOCAL} m`]);
    expect(asked({ provider: 'openai', model: 'm' }, [{}], { baseUrl: LOCAL })).toEqual([
      `openai_compatible ${LOCAL} m`,
    ]);
  });

  it('takes an address as chosen where a person typed it, also where the file has the same', () => {
    const settings = { base_url: LOCAL, model: 'm' };
    expect(asked(settings, [{}], { baseUrl: LOCAL })).toEqual([`openai_compatible ${LOCAL} m from file`]);
    const typed = { baseUrl: LOCAL, typedBaseUrl: true };
    expect(asked(settings, [{}], typed)).toEqual([`openai_compatible ${LOCAL} m`]);
  });

  it('asks all agents what a person chose otherwise than the file', () => {
    const agents = [{}, { provider: 'groq', model: 'x' }];
    const chosen = { provider: 'openai', model: 'gpt-4.1' };
    expect(asked({}, agents, chosen)).toEqual(Array(2).fill('openai https://api.openai.com/v1 gpt-4.1'));
    expect(asked({ provider: 'openai' }, agents, { provider: 'rehearsal' })).toEqual(
      Array(2).fill('rehearsal  rehearsal-1'),
    );
  });

  it('settles the same models from the settings that a run was started with', () => {
    const agents = [{}, { provider: 'ollama', model: 'llama' }];
    const settings = { provider: 'openai', base_url: LOCAL, model: 'gpt-4.1' };
    const first = choose(settings, agents);
    if (!first.ok) throw new Error('It is to be chosen.');
    const { provider, base_url: baseUrl, model } = first.settings;
    expect(baseUrl).toBe(LOCAL);
    expect(choose(settings, agents, { provider, baseUrl, model })).toEqual(first);
  });

  it('refuses a provider that is none, an address that is missing, a model that is not named', () => {
    expect(asked({ provider: 'opnai' })).toEqual(['unknown_provider settings.provider']);
    expect(asked({}, [{ provider: 'openai_compatible' }])).toEqual(['no_base_url agents[0].provider']);
    expect(asked({ provider: 'groq' })).toEqual(['no_model settings.provider']);
  });

  it('says once that the crew names no model, however many agents ask it', () => {
    expect(asked({ provider: 'groq' }, [{}, {}, {}])).toEqual(['no_model settings.provider']);
  });

  it('is no rehearsal where every agent names its own provider, whatever the crew says', () => {
    const isRehearsal = (...args: Parameters<typeof choose>) => {
      const models = choose(...args);
      if (!models.ok) throw new Error('Every agent has a model.');
      const [settings, agents = [{}], overrides] = args;
      if (overrides === undefined) expect(isRehearsed(crew(settings, agents))).toBe(models.rehearsal);
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

  it('mixes no rehearsed agents with asked ones', () => {
    expect(asked({}, [{}, { provider: 'openai' }])).toEqual(['mixed_rehearsal settings.provider']);
  });
});
