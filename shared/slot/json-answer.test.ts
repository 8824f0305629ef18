import { describe, expect, test } from 'vitest';
import { findAnyJson, findJson } from './json-answer.ts';

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
const ANSWER = { answer: 42, note: 'Run:\n```bash\nls -l\n```\nthen {x} or "y"' };
const JSON_TEXT = JSON.stringify(ANSWER);
const PRETTY = JSON.stringify(ANSWER, null, 2);

const FOUND: Record<string, string> = {
  alone: JSON_TEXT,
  'with whitespace around it': `\n\n  ${PRETTY} \n`,
  'in a fence': `\`\`\`json\n${PRETTY}\n\`\`\``,
  'in a fence in capitals': `\`\`\`JSON\n${JSON_TEXT}\n\`\`\``,
  'in a fence of tildes': `~~~\n${JSON_TEXT}\n~~~`,
  'in a fence that is not closed': `\`\`\`json\n${PRETTY}`,
  'in a fence with text around it': `Here is the JSON:\n\n\`\`\`json\n${PRETTY}\n\`\`\`\n\nAnything else?`,
  'in a fence in a fence': `\`\`\`\`markdown\nThe result:\n\n\`\`\`json\n${JSON_TEXT}\n\`\`\`\n\`\`\`\``,
  'in a fence in a fence of the same length': `\`\`\`markdown\nThe result:\n\n\`\`\`json\n${JSON_TEXT}\n\`\`\`\n\`\`\``,
  'in an indented fence': `1. The result:\n\n   \`\`\`json\n   ${JSON_TEXT}\n   \`\`\``,
  'on separate lines': `Here it is:\n${PRETTY}\nDone.`,
  'in a sentence': `The result is ${JSON_TEXT}, as "asked".`,
  'after braces that are not JSON': `With {topic} filled in and {"half": the result is\n${JSON_TEXT}`,
  'after another value that fits': `Draft: {"answer": 1}\n\nFinal: ${JSON_TEXT}`,
  'before a value that does not fit': `${JSON_TEXT}\n\n[1, 2]`,
  'with trailing commas': PRETTY.replace('\n}', ',\n}'),
};

describe('an object is found', () => {
  for (const [how, answer] of Object.entries(FOUND))
    test(how, () => expect(findJson(answer, isObject)?.value).toEqual(ANSWER));
});

test('The note says which value was used and what was removed', () => {
  const noteOf = (answer: string) => findJson(answer, isObject)?.note;
  expect(noteOf(JSON_TEXT)).toBe(null);
  expect(noteOf(`\`\`\`json\n${JSON_TEXT}\n\`\`\``)).toBe(null);
  expect(noteOf(`So: ${JSON_TEXT}`)).toBe('text around the JSON was removed');
  expect(noteOf('{"a": 1}\n{"a": 2}')).toBe('text around the JSON was removed; the last of 2 JSON values was used');
  expect(noteOf('{"a": [1,],}')).toBe('trailing commas were removed');
});

test('Nothing but trailing commas is repaired', () => {
  for (const answer of [
    "{'a': 1}",
    '{a: 1}',
    '{"a": 1',
    '{"a": 1 "b": 2}',
    '{"a": ,}',
    '[,]',
    '{,}',
    '{"a": NaN}',
    '// no\n{"a": 1,,}',
  ])
    expect(findJson(answer, () => true)).toBe(null);
  expect(findJson('{"a": ",}", "b": [1, ], }', isObject)?.value).toEqual({ a: ',}', b: [1] });
});

test('Numbers and strings count alone or in a fence, not in a sentence', () => {
  expect(findJson('42', () => true)?.value).toBe(42);
  expect(findJson('```\n"text"\n```', () => true)?.value).toBe('text');
  expect(findJson('It is 42.', () => true)).toBe(null);
});

test('An array in a sentence is a citation', () => {
  expect(findJson('As shown in [1] and [2, 3].', () => true)).toBe(null);
  expect(findJson('The list:\n[1, 2]', () => true)?.value).toEqual([1, 2]);
});

test('JSON of any form is not taken from a sentence', () => {
  expect(findAnyJson('I would answer {"a": 1} if I could.')).toBe(null);
  expect(findAnyJson(`So:\n\`\`\`json\n${JSON_TEXT}\n\`\`\``)?.value).toEqual(ANSWER);
  expect(findAnyJson(JSON_TEXT)?.value).toEqual(ANSWER);
  expect(findAnyJson('a: 1')).toBe(null);
});

test('A value that is nested too deeply is not read', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(findJson(nested(100), () => true)).not.toBe(null);
  for (const depth of [200, 200_000]) expect(findJson(nested(depth), () => true)).toBe(null);
});

test('A text of nothing but brackets or fences is searched in bounded time', () => {
  for (const part of ['{', '[{"', '```a\n', '```\n{', '{"a":1}']) {
    const end = performance.now() + 20_000;
    findJson(part.repeat(100_000), isObject);
    expect(performance.now()).toBeLessThan(end);
  }
});
