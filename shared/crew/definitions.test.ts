import { expect, it } from 'vitest';
import { definedNameError, freeDefinedName, renameDefined, withoutDefined } from './definitions.ts';
import { crewSchema } from './schema.ts';

const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [
    { name: 'ada', role: '', goal: '', tools: ['lead', 'notes__*', 'file_reader'], approve_tools: ['notes__write'] },
  ],
  tasks: [
    { name: 'a', description: '', expected_output: '', tools: ['notes__read', 'notes2__read'] },
    { name: 'b', description: '', expected_output: '', call: { tool: 'lead', arguments: {} } },
  ],
  tools: [{ name: 'lead', description: 'Finds a lead.', http: { url: 'https://crm.example/{id}' } }],
  mcp_servers: { notes: { command: 'node' }, notes2: { url: 'https://notes.example' } },
});

it('Renaming a server changes the tools of agents and tasks, and keeps the order of the servers', () => {
  const crew = renameDefined(CREW, 'server', 'notes', 'memos');
  expect(Object.keys(crew.mcp_servers)).toEqual(['memos', 'notes2']);
  expect(crew.agents[0]?.tools).toEqual(['lead', 'memos__*', 'file_reader']);
  expect(crew.agents[0]?.approve_tools).toEqual(['memos__write']);
  expect(crew.tasks[0]?.tools).toEqual(['memos__read', 'notes2__read']);
});

it('Renaming a tool changes the tools of agents and the tool that a task calls', () => {
  const crew = renameDefined(CREW, 'tool', 'lead', 'find_lead');
  expect(crew.tools[0]?.name).toBe('find_lead');
  expect(crew.agents[0]?.tools[0]).toBe('find_lead');
  expect(crew.tasks[1]?.call?.tool).toBe('find_lead');
});

it('Removing a server or tool removes it from the tools of agents and tasks', () => {
  const crew = withoutDefined(withoutDefined(CREW, 'server', 'notes'), 'tool', 'lead');
  expect(Object.keys(crew.mcp_servers)).toEqual(['notes2']);
  expect(crew.tools).toEqual([]);
  expect(crew.agents[0]?.tools).toEqual(['file_reader']);
  expect(crew.tasks[0]?.tools).toEqual(['notes2__read']);
});

it('Renaming and removing a database keeps the order of the others, and changes no tool', () => {
  const databases = { shop: { kind: 'sqlite', file: 'a.db' }, stock: { kind: 'mysql', url_key: 'STOCK_URL' } };
  const crew = crewSchema.parse({ ...CREW, databases });
  const renamed = renameDefined(crew, 'database', 'shop', 'store');
  expect(Object.keys(renamed.databases)).toEqual(['store', 'stock']);
  expect(renamed.agents).toEqual(crew.agents);
  expect(Object.keys(withoutDefined(crew, 'database', 'shop').databases)).toEqual(['stock']);
});

it('A name must be valid and free among tools, servers and built-in tools', () => {
  for (const name of ['', '1st', 'a b', 'a__b', 'lead', 'NOTES', 'file_reader', 'x'.repeat(65)])
    expect(definedNameError(CREW, 'tool', '', name), name).not.toBeNull();
  expect(definedNameError(CREW, 'server', '', 'memos_')).not.toBeNull();
  expect(definedNameError(CREW, 'tool', '', 'memos_')).toBeNull();
  expect(definedNameError(CREW, 'server', 'notes', 'Notes')).toBeNull();
  expect(freeDefinedName(CREW, 'server')).toBe('server');
  expect(freeDefinedName(crewSchema.parse({ ...CREW, tools: [{ ...CREW.tools[0], name: 'tool' }] }), 'tool')).toBe(
    'tool_2',
  );
});
