import { expect, test } from 'vitest';
import { checkCrew } from './check.ts';
import { checkMissingInputs } from './missing-inputs.ts';
import { fillJson } from './placeholders.ts';
import { type Crew, crewSchema } from './schema.ts';

function crewOf(call: object, more: object = {}): Crew {
  const common = { description: 'Write', expected_output: 'A text' };
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    agents: [{ name: 'ada', role: 'Writer', goal: 'Write' }],
    tasks: [
      { name: 'score', agent: 'ada', ...common },
      { name: 'send', call, ...common, ...more },
      { name: 'last', agent: 'ada', context: [{ task: 'send', choice: 'yes' }], ...common },
    ],
  });
}

const messages = (call: object, more: object = {}) =>
  checkCrew(crewOf(call, { choices: ['yes', 'no'], ...more })).map(({ message }) => message);

test('a call names one tool, and only an agent can judge its answer', () => {
  expect(messages({ tool: 'file_*' })).toEqual(['Task "send" calls "file_*", which can be several tools. Name one.']);
  expect(messages({ tool: 'file_reader' }, { guardrail: { criteria: 'It is short.' } })).toEqual([
    'Task "send" is a tool call, and has no model that could judge the answer. Name an agent in the guardrail.',
  ]);
  expect(messages({ tool: 'file_reader' }, { guardrails: [{ criteria: 'Short.', agent: 'ada' }] })).toEqual([]);
});

test('a question to a person with choices is a router, wherever the choices are', () => {
  const ask = { tool: 'ask_person', arguments: { question: 'Go on?', choices: ['yes', 'no'] } };
  expect(messages(ask, { choices: undefined })).toEqual([]);
  expect(messages({ tool: 'file_reader' }, { choices: undefined })).toEqual([
    '"send" has no choice "yes". It has no choices. Add "choices" to "send".',
  ]);
});

test('placeholders in arguments are inputs, or results of the context', () => {
  const call = { tool: 'file_writer', arguments: { path: '{folder}/a.md', content: '{outputs.score}' } };
  expect(checkMissingInputs(crewOf(call), [{}]).map(({ message }) => message)).toEqual([
    '{folder} has no value. Use --input folder=…, or write {{folder}}.',
    '{outputs.score} has no value: that task is not in the context. Add it, or write {{outputs.score}}.',
  ]);
  expect(checkMissingInputs(crewOf(call, { context: ['score'] }), [{ folder: 'out' }])).toEqual([]);
});

test('a text that is one placeholder keeps the type of its value', () => {
  const values = { list: [1, { a: null }], n: 2, name: 'Ann' };
  const given = {
    list: '{list}',
    text: 'Items: {list}',
    deep: ['{n}', { a: '{list.0}' }],
    name: '{name}',
    other: '{x}',
  };
  expect(fillJson({ ...given, braces: '{{n}}', number: 1 }, values)).toEqual({
    list: values.list,
    text: 'Items: [1,{"a":null}]',
    deep: [2, { a: 1 }],
    name: 'Ann',
    other: '{x}',
    braces: '{n}',
    number: 1,
  });
});
