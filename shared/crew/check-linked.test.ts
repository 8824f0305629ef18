import { expect, test } from 'vitest';
import { checkLinked, checkUnusedKeys } from './check-linked.ts';
import { linkParts } from './link.ts';
import { checkMissingInputs } from './missing-inputs.ts';
import { type Crew, crewSchema } from './schema.ts';

const TEXTS = { expected_output: 'A text', agent: 'ada' };

function fileOf(tasks: object[], more: object = {}): Crew {
  const agents = [{ name: 'ada', role: 'Writer', goal: 'Write' }];
  return crewSchema.parse({ format: 'crewlane/1', name: 'crew', agents, tasks, ...more });
}

/** A crew with one task that runs a file, which has one task with this description. */
function crewOf(step: object, inner: object, more: object = {}, settings: object = {}): Crew {
  const texts = { description: 'Run it', expected_output: 'A text', crew: 'c.crew.json' };
  const list = { ...TEXTS, name: 'list', description: 'List' };
  const part = fileOf([{ ...TEXTS, name: 'draft', description: 'Draft', ...inner }], { settings });
  const crew = fileOf([list, { ...texts, name: 'chapter', context: ['list'], ...step }], more);
  return linkParts(crew, { 'c.crew.json': { sha256: 'a'.repeat(64), crew: part } });
}

const messages = (crew: Crew) => checkLinked(crew).map(({ code, message, path }) => [code, message, path]);

test('the placeholders of a crew file need a value in the inputs of the task that runs it', () => {
  const inner = { description: 'Draft {title} for {reader.name}' };
  expect(messages(crewOf({ inputs: { title: 'T', reader: {} } }, inner))).toEqual([]);
  expect(messages(crewOf({ inputs: { title: 'T' } }, inner))).toEqual([
    [
      'missing_input',
      'Crew file "c.crew.json" cannot be used: {reader.name} has no value. Add "reader" to the inputs of task "chapter", or write {{reader.name}}.',
      'tasks[1].inputs',
    ],
  ]);
});

test('without inputs, a crew file gets those of the crew and the item', () => {
  const inner = { description: 'Draft {item.title} of {topic}, number {index}' };
  const each = { for_each: { task: 'list' } };
  const missing = (crew: Crew) => checkMissingInputs(crew, [{}]).map(({ message, path }) => [message, path]);
  expect(missing(crewOf(each, inner, { inputs: { topic: 'Bees' } }))).toEqual([]);
  expect(missing(crewOf(each, inner))).toEqual([
    ['{topic} has no value. Use --input topic=…, or write {{topic}}.', 'tasks[1].crew'],
  ]);
  expect(missing(crewOf({ ...each, inputs: { topic: '{theme}' } }, inner))).toEqual([
    ['{theme} has no value. Use --input theme=…, or write {{theme}}.', 'tasks[1].inputs.topic'],
  ]);
});

test.each([
  [{ for_each: { task: 'list' } }, 'draft.md', true],
  [{ for_each: { task: 'list' } }, 'draft-{index}.md', false],
  [{ for_each: { task: 'list' } }, '{item.name}.md', false],
  [{ for_each: { task: 'list' }, inputs: { number: '{index}' } }, 'draft-{number}.md', false],
  [{ for_each: { task: 'list' }, inputs: { number: '{index}', topic: 'Bees' } }, 'draft-{topic}.md', true],
  [{}, 'draft.md', false],
])('with %j and the file %s, items write the same file: %s', (step, output_file, isSame) => {
  const found = messages(crewOf(step, { output_file })).filter(([code]) => code === 'same_output_file');
  const message = `Every item of "chapter" writes ${output_file}. Add {index} to it.`;
  expect(found).toEqual(isSame ? [['same_output_file', message, 'tasks[1].crew']] : []);
});

test('keys and settings without an effect are warnings', () => {
  const crew = crewOf(
    { timeout_s: 5, human_review: 'after' },
    {},
    {},
    { max_rpm: 5, workspace: 'w', task_timeout_s: 9 },
  );
  expect(checkUnusedKeys(crew).map(({ message, severity }) => [message, severity])).toEqual([
    ['Task "chapter" runs a crew file, so timeout_s has no effect. Set it in the file.', 'warning'],
    ['Task "chapter" runs a crew file, so human_review has no effect. Set it in the file.', 'warning'],
    ['Crew file "c.crew.json": max_rpm, workspace have no effect here. The settings of this crew apply.', 'warning'],
  ]);
});
