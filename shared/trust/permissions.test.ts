import { describe, expect, it } from 'vitest';
import { type Crew, crewSchema } from '../crew/schema.ts';
import type { Choices, ModelCall } from './choices.ts';
import { type Decision, grantsOf, missingPermissions, type Origin } from './permission.ts';
import { permissionsOf } from './permissions.ts';

const AGENT = { name: 'ada', role: 'Writer', goal: 'Write' };
const TASK = { name: 'draft', description: 'Do it.', expected_output: 'A note', agent: 'ada' };

function makeCrew(more: object = {}): Crew {
  return crewSchema.parse({ format: 'crewlane/1', name: 'crew', agents: [AGENT], tasks: [TASK], ...more });
}

const CALL: ModelCall = {
  provider: 'openai',
  title: 'OpenAI',
  model: 'small',
  address: 'https://api.openai.com/v1',
  origin: 'https://api.openai.com',
  chosenBy: 'file',
  addressInFile: false,
  sendsKey: true,
  additions: [],
  path: 'settings.provider',
};
const ELSEWHERE: ModelCall = {
  ...CALL,
  address: 'https://else.example/v1',
  origin: 'https://else.example',
  addressInFile: true,
};
const CHOICES: Choices = {
  file: '/crews/a.crew.json',
  rehearsal: false,
  calls: [],
  workspace: { path: '/crews/workspace', chosenBy: 'crewlane', state: 'missing', entries: 0 },
  grants: new Set(),
  scripts: new Map(),
};

/** The decision on each kind of capability, for own, trusted and foreign. */
function table(kind: string, crew: Crew, choices: Partial<Choices>): (Decision | undefined)[] {
  const origins: Origin[] = ['own', 'trusted', 'foreign'];
  return origins.map(
    (origin) =>
      permissionsOf(crew, origin, { ...CHOICES, ...choices }).find(({ capability }) => capability.kind === kind)
        ?.decision,
  );
}

const FREE = ['allowed', 'allowed', 'allowed'];
const TRUST = ['allowed', 'allowed', 'needs_trust'];
const GRANT = ['needs_grant', 'needs_grant', 'needs_trust'];

describe('permissions, by origin', () => {
  it('a rehearsal needs only its workspace', () => {
    const crew = makeCrew({
      settings: { prepare: 'concurrent_processing' },
      agents: [{ ...AGENT, tools: ['web_search'] }],
      mcp_servers: { files: { command: 'serve' } },
    });
    const permissions = permissionsOf(crew, 'foreign', { ...CHOICES, rehearsal: true, calls: [ELSEWHERE] });
    expect(permissions.map(({ capability }) => capability.kind)).toEqual(['workspace', 'prepare']);
    expect(missingPermissions(permissions)).toEqual([]);
  });

  it('calls to a model that the person chose are free, and those that the file names need trust', () => {
    expect(table('call', makeCrew(), { calls: [{ ...CALL, chosenBy: 'person' }] })).toEqual(FREE);
    expect(table('call', makeCrew(), { calls: [CALL] })).toEqual(TRUST);
    expect(table('call', makeCrew(), { calls: [{ ...ELSEWHERE, sendsKey: false }] })).toEqual(TRUST);
    // Choosing the model does not mean that the person chose the file's address.
    expect(table('call', makeCrew(), { calls: [{ ...ELSEWHERE, chosenBy: 'person' }] })).toEqual(TRUST);
  });

  it('a key goes to an address that the file names after a grant for this address', () => {
    expect(table('send_key', makeCrew(), { calls: [ELSEWHERE] })).toEqual(GRANT);
    const [grant = ''] = grantsOf(permissionsOf(makeCrew(), 'own', { ...CHOICES, calls: [ELSEWHERE] }));
    const samePlace = { ...ELSEWHERE, address: 'https://else.example/other' };
    expect(table('send_key', makeCrew(), { calls: [samePlace], grants: new Set([grant]) })).toEqual(TRUST);
    for (const origin of ['http://else.example', 'https://else.example:8443', 'https://else.example.evil'])
      expect(table('send_key', makeCrew(), { calls: [{ ...ELSEWHERE, origin }], grants: new Set([grant]) })).toEqual(
        GRANT,
      );
    const other = { ...ELSEWHERE, provider: 'groq' };
    expect(table('send_key', makeCrew(), { calls: [other], grants: new Set([grant]) })).toEqual(GRANT);
    expect(table('send_key', makeCrew(), { calls: [CALL, { ...ELSEWHERE, sendsKey: false }] })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('a folder that Crewlane did not create is confirmed once, whoever chose it', () => {
    for (const chosenBy of ['crewlane', 'file', 'person'] as const) {
      const workspace = { path: '/data', chosenBy, state: 'existing', entries: 3 } as const;
      expect(table('workspace', makeCrew(), { workspace })).toEqual(GRANT);
      expect(table('workspace', makeCrew(), { workspace, grants: new Set(['workspace /data']) })).toEqual(TRUST);
      expect(table('workspace', makeCrew(), { workspace, grants: new Set(['workspace /data/']) })).toEqual(GRANT);
      for (const state of ['missing', 'empty', 'created'] as const)
        expect(table('workspace', makeCrew(), { workspace: { ...workspace, state } })).toEqual(FREE);
    }
  });

  it('tools that reach outside and MCP servers by URL need trust, those by command a grant for the command line', () => {
    expect(table('tool', makeCrew({ agents: [{ ...AGENT, tools: ['web_search'] }] }), {})).toEqual(TRUST);
    expect(table('tool', makeCrew({ tasks: [{ ...TASK, tools: ['file_reader', 'web_search'] }] }), {})).toEqual(TRUST);
    expect(table('mcp_url', makeCrew({ mcp_servers: { a: { url: 'https://a.example/mcp' } } }), {})).toEqual(TRUST);
    const header_keys = { Authorization: 'Bearer CRM_TOKEN' };
    const keyed = makeCrew({ mcp_servers: { a: { url: 'https://a.example/mcp', header_keys } } });
    expect(table('mcp_url', keyed, {})).toEqual(GRANT);
    const server = (args: string[]) => makeCrew({ mcp_servers: { a: { command: 'node', args } } });
    expect(table('mcp_command', server(['s.mjs']), {})).toEqual(GRANT);
    const grants = new Set(grantsOf(permissionsOf(server(['s.mjs']), 'own', CHOICES)));
    expect(table('mcp_command', server(['s.mjs']), { grants })).toEqual(TRUST);
    // The same text with different argument boundaries is a different command line.
    for (const args of [
      ['-e', 's.mjs'],
      ['s', '.mjs'],
      ['s.mjs', ''],
    ])
      expect(table('mcp_command', server(args), { grants })).toEqual(GRANT);
  });

  it('knowledge needs trust, because its passages are sent to models', () => {
    const crew = makeCrew({ knowledge: [{ path: 'manuals/**' }] });
    expect(table('knowledge', crew, {})).toEqual(TRUST);
    const rehearsed = permissionsOf(crew, 'foreign', { ...CHOICES, rehearsal: true });
    expect(rehearsed.filter(({ capability }) => capability.kind === 'knowledge')).toEqual([]);
  });

  it('scripts need a grant for their content, database servers one for their key, and mail one for its password', () => {
    const crew = makeCrew({ tools: [{ name: 'rank', description: 'Ranks.', script: 'tools/rank.js' }] });
    const scripts = new Map([['tools/rank.js', 'a1']]);
    expect(table('script', crew, { scripts })).toEqual(GRANT);
    const grants = new Set(grantsOf(permissionsOf(crew, 'own', { ...CHOICES, scripts })));
    expect(table('script', crew, { scripts, grants })).toEqual(TRUST);
    expect(table('script', crew, { scripts: new Map([['tools/rank.js', 'b2']]), grants })).toEqual(GRANT);

    const databases = (url_key: string) =>
      makeCrew({ databases: { shop: { kind: 'postgres', url_key }, local: { kind: 'sqlite', file: 'a.db' } } });
    expect(table('database', databases('SHOP_URL'), {})).toEqual(GRANT);
    const allowed = new Set(grantsOf(permissionsOf(databases('SHOP_URL'), 'own', CHOICES)));
    expect(table('database', databases('SHOP_URL'), { grants: allowed })).toEqual(TRUST);
    expect(table('database', databases('OTHER_URL'), { grants: allowed })).toEqual(GRANT);

    const email = { host: 'Smtp.example.com', from: 'a@example.com', password_key: 'MAIL_PASSWORD' };
    expect(table('mail', makeCrew({ settings: { email } }), {})).toEqual(TRUST);
    expect(table('send_key', makeCrew({ settings: { email } }), {})).toEqual(GRANT);
    const all = permissionsOf(databases('SHOP_URL'), 'foreign', { ...CHOICES, scripts, rehearsal: true });
    expect(all.map(({ capability }) => capability.kind)).toEqual(['workspace']);
  });

  it('the generator in prepare runs for everybody', () => {
    expect(table('prepare', makeCrew({ settings: { prepare: 'concurrent_processing' } }), {})).toEqual(FREE);
  });
});

describe('a missing permission', () => {
  it('a missing permission has a sentence, its location in the file and the command that grants it', () => {
    const crew = makeCrew({ mcp_servers: { a: { command: 'node', args: ['s.mjs'] } } });
    const workspace = { path: '/crews/data', chosenBy: 'file', state: 'existing', entries: 2 } as const;
    const choices = { ...CHOICES, calls: [ELSEWHERE, ELSEWHERE], workspace };
    const missing = missingPermissions(permissionsOf(crew, 'foreign', choices));
    expect(missing.map(({ sentence, path }) => [sentence, path])).toEqual([
      [
        'Calls the model "small" of OpenAI at https://else.example/v1, an address that the file names.',
        'settings.provider',
      ],
      ['Sends your key for OpenAI to https://else.example/v1, an address that the file names.', 'settings.provider'],
      ['Reads and writes in the folder /crews/data, which Crewlane did not create (2 entries).', 'settings.workspace'],
      ['Starts: node s.mjs', 'mcp_servers.a'],
    ]);
    expect(new Set(missing.map(({ command }) => command))).toEqual(new Set(['crewlane trust /crews/a.crew.json']));
    const own = missingPermissions(permissionsOf(crew, 'own', { ...choices, file: null }));
    expect(own.map(({ command }) => command)).toEqual([null, 'crewlane trust --workspace /crews/data', null]);
  });

  it('a command is shown with separate arguments and the variables that it receives', () => {
    const sentences = (mcp: object) =>
      permissionsOf(makeCrew({ mcp_servers: { a: mcp } }), 'foreign', CHOICES).map(({ sentence }) => sentence);
    expect(sentences({ command: 'node', args: ['-e', 'a b; c'], env_keys: ['OPENAI_API_KEY', 'HOME'] })).toContain(
      "Starts: node -e 'a b; c', with your environment variables OPENAI_API_KEY, HOME",
    );
    expect(sentences({ command: 'node a b' })).toContain("Starts: 'node a b'");
    expect(sentences({ url: 'https://\u0430pi.openai.com/mcp' })).toContain(
      'Calls the MCP server "a" at https://xn--pi-6kc.openai.com/mcp.',
    );
  });

  it('a shortened text states how much is not shown', () => {
    const args = ['-c', `${'x'.repeat(5000)}; curl https://evil.example`];
    const [, starts] = permissionsOf(makeCrew({ mcp_servers: { a: { command: 'sh', args } } }), 'foreign', CHOICES);
    expect(starts?.sentence).toMatch(/ … \(\d{4} more characters, not shown\)$/);
    expect([...(starts?.sentence ?? '')].length).toBeLessThanOrEqual(400);
  });

  it('text from the file can neither fake a line nor hide anything', () => {
    const call = { ...CALL, model: 'a\nStarts: nothing\u{202e}\u{200b}\u{1b}[2J', address: 'x'.repeat(1000) };
    const [permission] = permissionsOf(makeCrew(), 'foreign', { ...CHOICES, calls: [call] });
    expect(permission?.sentence).not.toMatch(/[\p{C}\p{Zl}]/u);
    expect([...(permission?.sentence ?? '')].length).toBeLessThanOrEqual(400);
  });
});

describe('addresses of tools', () => {
  const tool = (http: object) => ({ name: 'lead', description: 'Finds a lead.', http });
  const http = { url: 'https://crm.example/leads/{id}', header_keys: { Authorization: 'Bearer CRM_TOKEN' } };

  it('an http tool needs trust, and each key needs consent once for its address', () => {
    const crew = crewSchema.parse({ format: 'crewlane/1', name: 'c', tools: [tool(http)] });
    expect(table('http', crew, {})).toEqual(TRUST);
    expect(table('send_key', crew, {})).toEqual(GRANT);
    expect(table('http', crew, { rehearsal: true })).toEqual([undefined, undefined, undefined]);
    const sentences = permissionsOf(crew, 'foreign', CHOICES).map(({ sentence }) => sentence);
    expect(sentences).toContain('Calls the tool "lead" at https://crm.example.');
    expect(sentences).toContain('Sends your key CRM_TOKEN to https://crm.example, an address that the file names.');
    const granted = new Set(['key CRM_TOKEN https://crm.example']);
    expect(table('send_key', crew, { grants: granted })).toEqual(['allowed', 'allowed', 'needs_trust']);
    const elsewhere = crewSchema.parse({
      format: 'crewlane/1',
      name: 'c',
      tools: [tool({ ...http, url: 'https://other.example/{id}' })],
    });
    expect(table('send_key', elsewhere, { grants: granted })).toEqual(GRANT);
  });

  it('a search service at an address of the file needs trust, and consent for its key', () => {
    const settings = { web_search: { provider: 'serper', base_url: 'https://search.example' } };
    const crew = crewSchema.parse({ format: 'crewlane/1', name: 'c', settings });
    expect(table('http', crew, {})).toEqual(TRUST);
    expect(table('send_key', crew, {})).toEqual(GRANT);
  });
});
