import { describe, expect, test } from 'vitest';
import { inputText, inputValue } from './input-value.ts';
import { checkMissingInputs, missingInputNames } from './missing-inputs.ts';
import { fillPlaceholders, joinValues, placeholdersInText } from './placeholders.ts';
import { type Crew, crewSchema } from './schema.ts';

const VALUES = {
  topic: 'bees',
  n: 3,
  none: null,
  'First Name': 'Ann',
  'a.b': 'dotted',
  chapter: { title: 'Wings', points: ['one', { text: 'two' }], größe: 4 },
};

describe('filling a text', () => {
  test.each([
    ['{topic}', 'bees'],
    ['{n} {none}', '3 null'],
    ['{chapter.points}', '["one",{"text":"two"}]'],
    ['{chapter.points.0} {chapter.points.1.text}', 'one two'],
    ['{chapter.gro\u0308\u00dfe}', '4'],
    ['{a.b}', 'dotted'],
    ['{First Name} {First_Name}', 'Ann Ann'],
    ['{chapter.points.2} {chapter.points.-1} {chapter.points.length} {topic.length} {topic.0}', null],
    ['{chapter.constructor} {constructor} {toString} {__proto__}', null],
    ['{unknown} {topic.} {.topic} {} { topic } {topic', null],
  ])('%s', (text, filled) => {
    expect(fillPlaceholders(text, VALUES)).toBe(filled ?? text);
  });

  test.each([
    ['{{topic}}', '{topic}'],
    ['{{unknown}} {{a.b.0}} {{First Name}}', '{unknown} {a.b.0} {First Name}'],
    ['{{{topic}}}', '{{bees}}'],
    ['{{topic}}}', '{bees}}'],
    ['{{ topic }} {{not a known name}} {{"a":1}}', null],
    ['{"a":{"b":{"c":1}}} \u0024{x} {{}}', null],
    ['{"a":{topic}}', '{"a":bees}'],
  ])('Double braces: %s', (text, filled) => {
    expect(fillPlaceholders(text, VALUES)).toBe(filled ?? text);
  });

  test('Values are filled in once.', () => {
    expect(fillPlaceholders('{a} {b} {{a}}', { a: '{b}', b: '{{a}} {a}' })).toBe('{b} {{a}} {a} {a}');
  });

  test('A later value replaces an earlier one whose name is spelled differently.', () => {
    const joined = joinValues({ 'First Name': 'Ann', caf\u00e9: 1 }, { First_Name: 'Bob', 'cafe\u0301': 2 });
    expect(fillPlaceholders('{First Name} {caf\u00e9} {cafe\u0301}', joined)).toBe('Bob 2 2');
  });

  test('Only names, paths and a few words look like placeholders.', () => {
    expect(placeholdersInText('{a} {a.b.0} {two words} {{c}} \u0024{d} \\frac{e} {"f": 1} {1} {a.} {g-h}')).toEqual([
      'a',
      'a.b.0',
      'two words',
      'g-h',
    ]);
  });
});

function makeCrew(description: string, inputs: Crew['inputs'] = {}): Crew {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    inputs,
    agents: [{ name: 'ada', role: 'Worker', goal: 'Answer' }],
    tasks: [{ name: 'draft', description, expected_output: 'Text', agent: 'ada' }],
  });
}

describe('a placeholder without a value', () => {
  const messages = (crew: Crew, rows: Crew['inputs'][]) => checkMissingInputs(crew, rows).map(({ message }) => message);

  test('The message names the placeholder and what to do.', () => {
    expect(checkMissingInputs(makeCrew('On {topic}'), [{}])).toEqual([
      {
        code: 'missing_input',
        message: '{topic} has no value. Use --input topic=…, or write {{topic}}.',
        path: 'tasks[0].description',
        line: 0,
        column: 0,
      },
    ]);
  });

  test('Words in braces, escaped names and given values prevent no run.', () => {
    expect(messages(makeCrew('{two words} {{topic}} {n.0} {none}', { n: [1], none: null }), [{}])).toEqual([]);
  });

  test('A path that leads nowhere is reported with its input, for the first row that has none.', () => {
    expect(messages(makeCrew('{a.b}'), [{ a: { b: 1 } }, { a: {} }])).toEqual([
      'Row 2: {a.b} has no value. Use --input a=…, or write {{a.b}}.',
    ]);
    expect(messages(makeCrew('{a.b}', { a: 'text' }), [{}])).toHaveLength(1);
  });

  test('Missing inputs are named once, without paths.', () => {
    expect(missingInputNames(makeCrew('{a.b} {a.c} {d} {e} {two words}', { d: 1 }), { e: '' })).toEqual(['a']);
  });
});

describe('a value that a person writes', () => {
  test.each([
    ['bees', 'bees'],
    ['3', 3],
    ['1.50', '1.50'],
    ['12345678901234567890', '12345678901234567890'],
    ['["a", 1]', ['a', 1]],
    ['{"a": 1', '{"a": 1'],
    ['"3"', '3'],
    ['', ''],
    ['null', null],
  ])('%s', (text, value) => {
    expect(inputValue(text)).toEqual(value);
    expect(inputValue(inputText(value))).toEqual(value);
  });
});
