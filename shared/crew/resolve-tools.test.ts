import { describe, expect, it } from 'vitest';
import { resolveTools, type ServerLists, type ServerTool, toolReachesOutside } from './resolve-tools.ts';
import { crewSchema } from './schema.ts';

const crew = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  tools: [
    {
      name: 'lead',
      description: 'Finds a lead.',
      parameters: { properties: { id: {} } },
      http: { url: 'https://crm.example/{id}' },
    },
    { name: 'rank', description: 'Ranks leads.', script: 'tools/rank.js', max_calls: 3 },
  ],
  mcp_servers: {
    notes: { command: 'node', tools: ['read_*'], timeout_s: 5 },
    crm: { url: 'https://crm.example/mcp' },
  },
});
const tool = (server: string, name: string): ServerTool => ({
  name,
  model_name: `${server}__${name.replaceAll('.', '_')}`,
  description: name,
  parameters: {},
});
const LISTS: ServerLists = new Map([
  ['notes', [tool('notes', 'read_note'), tool('notes', 'read.all'), tool('notes', 'delete_note')]],
  ['crm', [tool('crm', 'find')]],
]);
const brief = (names: string[], lists?: ServerLists) =>
  resolveTools(names, crew, lists).map(({ from, name }) => `${from} ${name}`);

describe('The names in tools', () => {
  it('refer to built-in tools, tools of the crew and tools of servers', () => {
    expect(brief(['file_reader', 'lead', 'notes__read_note'], LISTS)).toEqual([
      'built_in file_reader',
      'crew lead',
      'server notes__read_note',
    ]);
  });

  it('with a final * refer to everything that begins with the prefix, once', () => {
    expect(brief(['file_*', 'file_reader', 'crm__*', 'crm__find', 'ran*'], LISTS)).toEqual([
      'built_in file_reader',
      'built_in file_writer',
      'built_in file_search',
      'server crm__find',
      'crew rank',
    ]);
  });

  it('refer to nothing outside of the filter and the list of a server', () => {
    expect(brief(['notes__delete_note', 'notes__*', 'notes__missing'], LISTS)).toEqual([
      'unknown notes__delete_note',
      'server notes__read_note',
      'unknown notes__missing',
    ]);
  });

  it('refer to a tool of a server by the spelling of the server and by that for models', () => {
    const list = new Map([['crm', [tool('crm', 'find.one')]]]);
    expect(brief(['crm__find.one'], list)).toEqual(['server crm__find_one']);
    expect(brief(['crm__find_one'], list)).toEqual(['server crm__find_one']);
  });

  it('remain if the list of their server is not known', () => {
    expect(resolveTools(['notes__*', 'lead'], crew)).toMatchObject([
      { from: 'unlisted', name: 'notes__*', servers: ['notes'] },
      { from: 'crew', name: 'lead' },
    ]);
    expect(resolveTools(['n*'], crew)).toMatchObject([{ from: 'unlisted', servers: ['notes'] }]);
  });

  it('that refer to nothing are unknown', () => {
    for (const name of ['rm', 'notes__', 'Notes__read_note', 'lead__x', 'toString', 'x*', ''])
      expect(resolveTools([name], crew, LISTS)).toMatchObject([{ from: 'unknown' }]);
  });

  it('give definitions with limits and the schema of an object', () => {
    expect(resolveTools(['rank', 'lead', 'notes__read_note'], crew, LISTS)).toMatchObject([
      {
        definition: { source: { kind: 'script' }, limits: { timeout_s: 30, max_calls: 3, answer_characters: 64_000 } },
      },
      { definition: { source: { kind: 'http' }, parameters: { type: 'object', properties: { id: {} } } } },
      { definition: { source: { kind: 'mcp', server: 'notes', tool: 'read_note' }, limits: { timeout_s: 5 } } },
    ]);
  });

  it('reach outside unless they run in the slot', () => {
    const names = ['file_reader', 'web_search', 'rank', 'lead', 'notes__read_note'];
    expect(names.map((name) => toolReachesOutside(name, crew))).toEqual([false, true, false, true, true]);
  });
});
