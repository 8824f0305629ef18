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
  [
    { for_each: { task: 'list', where: 'item.n >' } },
    [
      'invalid_expression',
      '"where" of task "each" cannot be read: The expression is not complete (column 9). Correct it.',
    ],
  ],
  [
    { for_each: { task: 'list', where: 'item in outputs.other' } },
    ['not_in_context', '"where" of task "each" uses "other", which is not in its context. Add it.'],
  ],
])('%j is refused', (each, problem) => {
  expect(messages(each)).toEqual([problem]);
});

test.each(['größe', 'list', 'in', 'my-item', 'true'])('an item named %s is refused if where is set', (as) => {
  const message = `Task "each" names its item "${as}", which "where" cannot use. Use another name, such as "item".`;
  expect(messages({ for_each: { task: 'list', as, where: 'index > 1' } })).toEqual([['invalid_expression', message]]);
});

test('a task that does not exist is reported once', () => {
  expect(messages({ for_each: { task: 'lists' } }).map(([code]) => code)).toEqual(['unknown_reference']);
});

test.each([
  { for_each: { task: 'list' } },
  { context: [], for_each: { input: 'cities' } },
  { for_each: { task: 'list' }, output_file: 'out/{index}.md' },
  { for_each: { task: 'list', as: 'city', where: 'city.size > 3 && index < 10 && outputs.list.size() > 0' } },
  { for_each: { task: 'list', as: 'inputs', where: 'inputs == 1' } },
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

test('renaming a task renames it in where, but not a field of the item', () => {
  const where = 'city.list > outputs.list.size()';
  const renamed = rename(crewOf({ for_each: { task: 'list', as: 'city', where } }), 'task', 'list', 'outline');
  expect(renamed.tasks[1]?.for_each?.where).toBe('city.list > outputs.outline.size()');
});
