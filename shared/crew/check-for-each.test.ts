import { expect, test } from 'vitest';
import { checkCrew } from './check.ts';
import { checkWarnings } from './check-filled.ts';
import { rename } from './rename.ts';
import { type Crew, crewSchema } from './schema.ts';

const task = (name: string, more: object = {}) => {
  return { name, description: 'Write', expected_output: 'A text', agent: 'ada', ...more };
};

function crewOf(each: object): Crew {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    agents: [{ name: 'ada', role: 'Writer', goal: 'Write' }],
    tasks: [task('list'), task('each', { context: ['list'], ...each })],
  });
}

const messages = (each: object) => checkCrew(crewOf(each)).map(({ code, message }) => [code, message]);

test.each([
  [
    { context: [], for_each: { task: 'list' } },
    ['for_each_context', 'Task "each" runs for each item of "list", which is not in its context. Add it.'],
  ],
  [
    { for_each: { task: 'list', input: 'cities' } },
    ['two_keys', 'Task "each" has for_each.task and for_each.input. Keep one.'],
  ],
  [{ for_each: {} }, ['missing', 'for_each of task "each" names no list. Set for_each.task or for_each.input.']],
  [
    { for_each: { task: 'list' }, output_file: 'out/all.md' },
    ['same_output_file', 'Every item of "each" writes out/all.md. Add {index} to it.'],
  ],
])('%j is refused', (each, problem) => {
  expect(messages(each)).toEqual([problem]);
});

test('a task that does not exist is reported once', () => {
  expect(messages({ for_each: { task: 'lists' } }).map(([code]) => code)).toEqual(['unknown_reference']);
});

test.each([
  { for_each: { task: 'list' } },
  { context: [], for_each: { input: 'cities' } },
  { for_each: { task: 'list' }, output_file: 'out/{index}.md' },
  { for_each: { task: 'list', as: 'city' }, output_file: 'out/{city.name}.md' },
])('%j is accepted', (each) => {
  expect(messages(each)).toEqual([]);
});

test('the placeholders of an item and an input with a list are no mistakes', () => {
  const crew = crewOf({
    context: [],
    description: 'Write about {city} ({index} of {count})',
    for_each: { input: 'cities', as: 'city' },
  });
  expect(checkWarnings({ ...crew, inputs: { cities: '[]' } }, [{}])).toEqual([]);
});

test('renaming a task renames it as the source of a list', () => {
  const renamed = rename(crewOf({ for_each: { task: 'list' } }), 'task', 'list', 'outline');
  expect(renamed.tasks[1]?.for_each?.task).toBe('outline');
});
