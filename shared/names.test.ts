import { describe, expect, test } from 'vitest';
import { findMentioned, findNamed, mentions } from './names.ts';

const CREW = [
  { name: 'data_analyst', title: 'Senior Data Analyst' },
  { name: 'writer', title: 'Technical Writer' },
  { name: 'zoé', title: 'Reviewer' },
  { name: 'leo', title: 'Reviewer' },
];
const found = (said: string) => {
  const result = findNamed(CREW, said);
  return result.status === 'found' ? result.item.name : result.status;
};

test.each([
  ['data_analyst', 'data_analyst'],
  ['Data Analyst', 'data_analyst'],
  ['DATA-ANALYST', 'data_analyst'],
  ['  data  analyst ', 'data_analyst'],
  ['"data_analyst"', 'data_analyst'],
  ['**data_analyst**.', 'data_analyst'],
  ['`writer`', 'writer'],
  ['@writer', 'writer'],
  ['“Writer”', 'writer'],
  ['Senior Data Analyst', 'data_analyst'],
  ['technical writer', 'writer'],
  ['Zoe\u0301', 'zoé'],
  ['ZOÉ', 'zoé'],
  ['Reviewer', 'ambiguous'],
  ['analyst', 'unknown'],
  ['', 'unknown'],
  ['"', 'unknown'],
])('%j refers to %s', (said, name) => expect(found(said)).toBe(name));

describe('names that differ only in case and separators', () => {
  const items = [{ name: 'a-b' }, { name: 'a_b' }];

  test('similar names are distinguished by the exact name', () => {
    expect(findNamed(items, 'a_b')).toEqual({ status: 'found', item: { name: 'a_b' } });
  });

  test('a name that could mean two items is refused with both', () => {
    expect(findNamed(items, 'A B')).toEqual({ status: 'ambiguous', items });
  });
});

test('A name takes precedence over the title of another item', () => {
  const items = [{ name: 'editor' }, { name: 'ada', title: 'Editor' }];
  expect(findNamed(items, 'Editor')).toEqual({ status: 'found', item: items[0] });
});

test.each([
  ['I vote for **data analyst**, who says most.', 'data_analyst'],
  ['The Technical Writer is best.', 'writer'],
  ['writer or leo', 'ambiguous'],
  ['a reviewer', 'ambiguous'],
  ['nobody', 'unknown'],
])('%j mentions %s', (text, name) => {
  const result = findMentioned(CREW, text);
  expect(result.status === 'found' ? result.item.name : result.status).toBe(name);
});

test('A name inside a longer name is not mentioned', () => {
  const items = [{ name: 'ada' }, { name: 'ada-2' }];
  expect(findMentioned(items, 'I choose ada-2.')).toEqual({ status: 'found', item: { name: 'ada-2' } });
  expect(findMentioned([{ name: '王' }, { name: '王五' }], '我投王五')).toEqual({
    status: 'found',
    item: { name: '王五' },
  });
});

test.each([
  ['As **Market** shows', 'market', true],
  ['`customer_data`: 3', 'customer_data', true],
  ['nothing', 'hi', false],
  ['customer_data_2 alone', 'customer_data', false],
  ['supermarket', 'market', false],
  ['data2', 'data', false],
  ['根据市场分析的结果', '市场分析', true],
  ['See 📊 Customer Data.', '📊 customer data', true],
  ['Data report says', 'data_report', true],
  ['what (a+b)* says', '(a+b)*', true],
])('The text %j mentions %j as a word: %s', (text, name, isMentioned) => {
  expect(mentions(text, name)).toBe(isMentioned);
});
