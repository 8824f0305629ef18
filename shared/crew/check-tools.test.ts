import { describe, expect, it } from 'vitest';
import { makeCrew } from '../scheduler/testing/rig.ts';
import { checkCrew, findProblems } from './check.ts';
import { toolProblems } from './check-tools.ts';
import { looseCrew } from './loose.ts';
import { crewSchema } from './schema.ts';

const lead = { name: 'lead', description: 'Finds a lead.', http: { url: 'https://crm.example' } };

function problems(parts: object, tools: string[] = []): string[] {
  const crew = { ...makeCrew({ tasks: [{ name: 'a' }] }), ...parts };
  const withTools = { ...crew, agents: crew.agents.map((agent) => ({ ...agent, tools })) };
  const found = findProblems(looseCrew(withTools)).map(({ code, message }) => `${code}: ${message}`);
  const parsed = crewSchema.safeParse(withTools);
  if (parsed.success) expect(checkCrew(parsed.data).map(({ code, message }) => `${code}: ${message}`)).toEqual(found);
  return found;
}

describe('The check of tools and servers', () => {
  it('accepts tools of the crew, tools of its servers and prefixes', () => {
    const servers = { notes: { command: 'node' } };
    expect(problems({ tools: [lead], mcp_servers: servers }, ['lead', 'notes__x', 'notes__*', 'file_*'])).toEqual([]);
  });

  it('names the tools that exist if a name refers to nothing', () => {
    const [problem] = problems({ tools: [lead], mcp_servers: { notes: { command: 'node' } } }, ['other__x']);
    expect(problem).toMatch(/^unknown_tool: Unknown tool "other__x"\. The tools are .*, lead, notes__\*\.$/);
  });

  it.each([
    [{ tools: [lead, { ...lead, name: 'Lead' }] }, 'tool "lead" and tool "Lead"'],
    [{ tools: [lead], mcp_servers: { LEAD: { command: 'x' } } }, 'tool "lead" and server "LEAD"'],
    [{ tools: [{ ...lead, name: 'File_Reader' }] }, 'the built-in tool "file_reader" and tool "File_Reader"'],
    [{ tools: [{ ...lead, name: 'ask_coworker' }] }, 'the built-in tool "ask_coworker" and tool "ask_coworker"'],
  ])('refuses a name that is used twice: %j', (parts, names) => {
    expect(problems(parts)).toEqual([
      `duplicate_name: Duplicate name: ${names}. Names must be unique among tools and servers, ignoring case. Rename one of them.`,
    ]);
  });

  it('requires exactly one of http and script', () => {
    expect(problems({ tools: [{ ...lead, script: 'lead.js' }] })).toEqual([
      'two_keys: Tool "lead" has http and script. Keep one.',
    ]);
    expect(problems({ tools: [{ name: 'lead', description: 'x' }] })).toEqual([
      'missing: Tool "lead" has neither http nor script. Add one of them.',
    ]);
  });

  it.each(['sk-proj-0123456789abcdef', '--token=ghp_0123456789abcdef', 'Bearer abc'])(
    'refuses the argument %s of a server, which looks like a key',
    (arg) => {
      expect(problems({ mcp_servers: { notes: { command: 'node', args: ['s.mjs', arg] } } })).toEqual([
        'secret_in_file: An argument of server "notes" looks like a key, which no crew file contains. Use env_keys.',
      ]);
    },
  );

  it.each([
    [{ url: 'https://crm.example/leads?api_key=abc' }, 'url'],
    [{ url: 'https://ann:secret@crm.example/leads' }, 'url'],
    [{ headers: { 'X-Api-Key': 'abc' } }, 'headers'],
    [{ query: { access_token: 'abc' } }, 'query'],
    [{ query: { q: 'sk-proj-0123456789abcdef' } }, 'query'],
  ])('refuses a request of a tool that contains a key: %j', (parts, where) => {
    const http = { url: 'https://crm.example/leads', ...parts };
    const found = toolProblems(looseCrew({ tools: [{ ...lead, http }] }));
    expect(found.map(({ code, path }) => [code, path[3]])).toEqual([['secret_in_file', where]]);
  });

  it('accepts a request whose arguments are named like keys', () => {
    const http = { url: 'https://crm.example/{key}?key={key}', query: { token: '{token}' } };
    expect(problems({ tools: [{ ...lead, http }] })).toEqual([]);
  });

  it.each(['a__b', '1a', 'ä', 'a b', '', 'a'.repeat(65)])('refuses the name %j', (name) => {
    const base = { format: 'crewlane/1', name: 'crew' };
    expect(crewSchema.safeParse({ ...base, tools: [{ ...lead, name }] }).success).toBe(false);
    expect(crewSchema.safeParse({ ...base, mcp_servers: { [name]: { command: 'x' } } }).success).toBe(false);
  });

  it('refuses keys of the environment that are no names of variables', () => {
    const servers = { notes: { command: 'node', env_keys: ['A=B'] } };
    expect(crewSchema.safeParse({ format: 'crewlane/1', name: 'crew', mcp_servers: servers }).success).toBe(false);
  });
});
