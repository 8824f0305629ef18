import { expect, it } from 'vitest';
import { checkServerTools } from './check-server-tools.ts';
import { crewSchema } from './schema.ts';

const crewWith = (...tools: string[]) =>
  crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    agents: [{ name: 'ada', role: '', goal: '', tools }],
    tasks: [{ name: 'a', description: '', expected_output: '', tools }],
    mcp_servers: { notes: { command: 'node' }, other: { url: 'https://notes.example' } },
  });
const tool = (name: string) => ({ name, model_name: `notes__${name}`, description: '', parameters: {} });
const LISTS = new Map([['notes', [tool('read_note'), tool('write_note')]]]);

it('A tool that its server did not list is a problem of each agent and task, with the nearest name', () => {
  const problems = checkServerTools(crewWith('notes__raed_note'), LISTS);
  expect(problems.map(({ path }) => path)).toEqual(['agents[0].tools[0]', 'tasks[0].tools[0]']);
  expect(problems[0]).toMatchObject({
    code: 'unknown_tool',
    message: expect.stringContaining('Did you mean notes__read_note?'),
  });
});

it('Listed tools, prefixes that match one, and tools of servers that never started are no problem', () => {
  expect(checkServerTools(crewWith('notes__read_note', 'notes__*', 'other__x', 'file_reader'), LISTS)).toEqual([]);
  expect(checkServerTools(crewWith('notes__x'), new Map())).toEqual([]);
  expect(checkServerTools(crewWith('notes__q*'), LISTS)).toHaveLength(2);
});
