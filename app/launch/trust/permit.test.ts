import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Crew, crewSchema } from '../../../shared/crew/schema.ts';
import { chooseModels } from '../models.ts';
import { type Consent, type PermitResult, permitRun, storePermit, type TrustDecision } from './permit.ts';

const NOTHING = { provider: null, baseUrl: null, model: null };
const ADDRESS = 'http://127.0.0.1:9/v1';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-permit-')));
  await mkdir(join(root, 'crews'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** An external crew that calls a model at an address from its file. */
function makeCrew(more: object = {}): Crew {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'stranger',
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work', base_url: ADDRESS, model: 'm' }],
    tasks: [{ name: 'note', description: 'Do it.', expected_output: 'A word', agent: 'ada' }],
    ...more,
  });
}

const folders = () => ({ trustFile: join(root, 'data', 'trust.json'), workspaces: join(root, 'data', 'workspaces') });

function permit(crew: Crew, trust: TrustDecision): Promise<PermitResult> {
  const models = chooseModels(crew, NOTHING);
  if (!models.ok) throw new Error('The crew names its models.');
  const { agents, embeddings, rehearsal } = models;
  const file = join(root, 'crews', 'stranger.crew.json');
  const own = { scripts: new Map(), overrides: NOTHING, agents, embeddings, rehearsal };
  const choices = { ...own, workspace: null, keyFor: () => null };
  return permitRun({ crew, file, isShipped: false, known: null, trust, folders: folders(), ...choices });
}

async function questionAbout(crew: Crew, trust: TrustDecision = false): Promise<Consent> {
  const permitted = await permit(crew, trust);
  if (permitted.ok || permitted.kind !== 'consent') throw new Error('Expected a consent question.');
  return permitted.consent;
}

const kindsIn = ({ missing }: Consent) => missing.map(({ capability }) => capability.kind);

/** Creates the folder in which a trusted crew would work. */
async function makeFolder(): Promise<string> {
  const folder = join(root, 'crews', 'workspace');
  await mkdir(folder);
  await writeFile(join(folder, 'diary.md'), 'mine');
  return folder;
}

describe('a model that the person chose', () => {
  const chosen = { provider: null, baseUrl: 'http://127.0.0.1:9/mine', model: 'mine', typedBaseUrl: true };
  const permitWith = (settings: object) => {
    const crew = makeCrew({ settings });
    const models = chooseModels(crew, chosen);
    if (!models.ok) throw new Error('The person chose a model.');
    const { agents, embeddings, rehearsal } = models;
    const file = join(root, 'crews', 'stranger.crew.json');
    const choices = {
      scripts: new Map(),
      overrides: chosen,
      agents,
      embeddings,
      rehearsal,
      workspace: null,
      keyFor: () => null,
      trust: false,
    };
    return permitRun({ crew, file, isShipped: false, known: null, folders: folders(), ...choices });
  };

  it.each([{}, { parameters: { top_p: 0.9, seed: 1, stop: ['x'], reasoning: { effort: 'low' } } }])(
    'An external crew may call it, and shape its answers: %j',
    async (settings) => expect(await permitWith(settings)).toMatchObject({ ok: true }),
  );

  it.each([
    ['parameter models', { parameters: { models: ['of/the-stranger'] } }],
    ['parameter api_base', { parameters: { api_base: 'http://stranger.example' } }],
    ['parameter plugins', { parameters: { plugins: [{ id: 'web' }] } }],
    ['header X-Target-URL', { headers: { 'X-Target-URL': 'http://stranger.example' } }],
  ])('An external crew needs trust to add what can change the call: %s', async (name, settings) => {
    const permitted = await permitWith(settings);
    expect(permitted).toMatchObject({
      ok: false,
      kind: 'consent',
      consent: { missing: [{ decision: 'needs_trust' }] },
    });
    expect(JSON.stringify(permitted)).toContain(`what the file adds to the call: ${name}.`);
  });
});

describe('the consent question for an external crew', () => {
  it('The question names the folder that the crew uses once it is trusted.', async () => {
    expect(kindsIn(await questionAbout(makeCrew()))).toEqual(['call']);
    const folder = await makeFolder();
    const consent = await questionAbout(makeCrew());
    expect(kindsIn(consent)).toEqual(['call', 'workspace']);
    expect(consent.missing[1]?.sentence).toContain(`${folder}, which Crewlane did not create (1 entry)`);
  });

  it('The question shows an address in its normalized form.', async () => {
    const agent = { name: 'ada', role: 'Worker', goal: 'Work', model: 'm' };
    const addresses = [
      'https://\u0430pi.openai.com/v1',
      'https://api.openai.com\\.evil.example/v1',
      'HTTPS://EVIL.example',
    ];
    const sentences = [];
    for (const base_url of addresses)
      sentences.push(...(await questionAbout(makeCrew({ agents: [{ ...agent, base_url }] }))).missing);
    expect(sentences.map(({ sentence }) => /at (\S+),/.exec(sentence)?.[1])).toEqual([
      'https://xn--pi-6kc.openai.com/v1',
      'https://api.openai.com/.evil.example/v1',
      'https://evil.example/',
    ]);
  });

  it('An accepted question allows the named permissions.', async () => {
    const folder = await makeFolder();
    const permitted = await permit(makeCrew(), await questionAbout(makeCrew()));
    if (!permitted.ok) throw new Error('Expected a permit.');
    expect(permitted.permit.workspace.path).toBe(folder);
    expect(await storePermit(permitted.permit, folders().trustFile)).toBe(null);
    expect(await permit(makeCrew(), false)).toMatchObject({ ok: true });
  });

  it('The question is asked again if the folder changed.', async () => {
    const before = await questionAbout(makeCrew());
    const folder = await makeFolder();
    const appeared = await questionAbout(makeCrew(), before);
    expect(kindsIn(appeared)).toEqual(['call', 'workspace']);
    await writeFile(join(folder, 'letters.md'), 'mine too');
    const grown = await questionAbout(makeCrew(), appeared);
    expect(grown.missing[1]?.sentence).toContain('2 entries');
    expect(await permit(makeCrew(), grown)).toMatchObject({ ok: true });
  });

  it('The question is asked again if the crew changed.', async () => {
    const consent = await questionAbout(makeCrew());
    for (const changed of [
      makeCrew({ description: 'Another one' }),
      makeCrew({ settings: { retries: { max: 0 } } }),
      makeCrew({ agents: [{ name: 'ada', role: 'Worker', goal: 'Else', base_url: ADDRESS, model: 'm' }] }),
    ])
      expect((await questionAbout(changed, consent)).crew.sha256).not.toBe(consent.crew.sha256);
    const moved = makeCrew({ layout: { nodes: { 'task:note': [1, 2] } } });
    expect(await permit(moved, consent)).toMatchObject({ ok: true });
  });

  it('An accepted question does not cover other capabilities of the same crew.', async () => {
    const consent = await questionAbout(makeCrew());
    const [call] = consent.missing;
    if (call?.capability.kind !== 'call') throw new Error('The crew calls a model.');
    const elsewhere = { ...call, capability: { ...call.capability, address: 'http://127.0.0.1:10/v1' } };
    for (const missing of [[], [elsewhere]])
      expect(kindsIn(await questionAbout(makeCrew(), { ...consent, missing }))).toEqual(['call']);
  });
});
