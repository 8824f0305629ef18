import { describe, expect, it } from 'vitest';
import { chooseModels } from '../app/launch/models.ts';
import { modelCalls } from '../app/launch/trust/model-calls.ts';
import { crewSchema } from '../shared/crew/schema.ts';
import { missingPermissions } from '../shared/trust/permission.ts';
import { permissionsOf } from '../shared/trust/permissions.ts';
import { windowOverrides } from './window-overrides.ts';

const EVIL = 'https://evil.example/v1';

function makeCrew(settings: object, agent: object = {}) {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'stranger',
    settings,
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work', ...agent }],
  });
}

/** The permissions that a foreign crew lacks after a person changed its settings in the window. */
function neededAfter(opened: object[], now: object, agent: object = {}): string[] {
  const crew = makeCrew(now, agent);
  const overrides = windowOverrides(
    crew.settings,
    opened.map((settings) => makeCrew(settings).settings),
  );
  const models = chooseModels(crew, overrides);
  if (!models.ok) throw new Error(models.problems[0]?.message);
  const calls = modelCalls({ crew, overrides, ...models, sendsKey: () => true });
  const workspace = { path: '/w', chosenBy: 'crewlane', state: 'missing', entries: 0 } as const;
  const choices = {
    file: null,
    rehearsal: models.rehearsal,
    calls,
    workspace,
    grants: new Set<string>(),
    scripts: new Map(),
  };
  return missingPermissions(permissionsOf(crew, 'foreign', choices)).map(({ capability }) => capability.kind);
}

const NAMES_EVIL = { provider: 'openai_compatible', base_url: EVIL, model: 'm' };

describe('a model in a foreign crew', () => {
  it('a model is the person’s choice if the person chose another provider, address or model', () => {
    expect(neededAfter([NAMES_EVIL], { provider: 'openai' })).toEqual([]);
    expect(neededAfter([{}], { provider: 'openai' })).toEqual([]);
    expect(neededAfter([NAMES_EVIL], { ...NAMES_EVIL, base_url: 'http://127.0.0.1:4000/v1' })).toEqual([]);
    expect(neededAfter([{ provider: 'openai' }], { provider: 'openai', model: 'gpt-5' })).toEqual([]);
  });

  it('a model is the file’s choice if the person changed nothing, or something else', () => {
    expect(neededAfter([NAMES_EVIL], NAMES_EVIL)).toEqual(['call', 'send_key']);
    expect(neededAfter([{ provider: 'openai' }], { provider: 'openai' })).toEqual(['call']);
    expect(neededAfter([NAMES_EVIL], { ...NAMES_EVIL, model: 'other' })).toEqual(['call', 'send_key']);
    // Another provider at the address that the file names.
    expect(neededAfter([NAMES_EVIL], { ...NAMES_EVIL, provider: 'openai' })).toEqual(['call', 'send_key']);
  });

  it('a model that an agent names is the file’s choice, regardless of the person’s choice for the crew', () => {
    const agent = { provider: 'openai_compatible', base_url: EVIL, model: 'm' };
    expect(neededAfter([{}], { provider: 'openai' }, agent)).toEqual(['call', 'send_key']);
    expect(neededAfter([NAMES_EVIL], { provider: 'ollama', model: 'x' }, agent)).toEqual(['call', 'send_key']);
  });

  it('a model that any version of the file named is the file’s choice, because undo can restore that version', () => {
    expect(neededAfter([NAMES_EVIL, {}], NAMES_EVIL)).toEqual(['call', 'send_key']);
    expect(neededAfter([{}, NAMES_EVIL], NAMES_EVIL)).toEqual(['call', 'send_key']);
    expect(neededAfter([{ provider: 'openai' }, {}], { provider: 'openai' })).toEqual(['call']);
  });

  it('no agent calls a model if the person chose Rehearsal', () => {
    const agent = { provider: 'openai_compatible', base_url: EVIL, model: 'm' };
    expect(neededAfter([NAMES_EVIL], {}, agent)).toEqual([]);
    const models = chooseModels(
      makeCrew({}, agent),
      windowOverrides(makeCrew({}).settings, [makeCrew(NAMES_EVIL).settings]),
    );
    expect(models).toMatchObject({ ok: true, rehearsal: true });
  });
});
