import { expect, it } from 'vitest';
import { bestMatches } from './best-matches.ts';

const items = (...texts: string[]) => texts.map((text) => ({ text }));
const found = (texts: string[], query: string, limit = 10) =>
  bestMatches(items(...texts), query, limit).shown.map(({ text }) => text);

it('The search ranks a prefix of the text first, then the prefix of a word, then a substring, then letters in order', () => {
  const texts = ['d_r_a_f_t', 'redraft', 'first_draft', 'draft'];
  expect(found(texts, 'draft')).toEqual(['draft', 'first_draft', 'redraft', 'd_r_a_f_t']);
});

it('The search finds letters in order only within one word', () => {
  expect(found(['task_6987 task 6987', 'task_9876 task 9876'], '9876')).toEqual(['task_9876 task 9876']);
});

it('The search requires every word of the query, in any order and case', () => {
  expect(found(['market trends', 'market', 'trends of the market'], 'Trend MARKET')).toEqual([
    'market trends',
    'trends of the market',
  ]);
});

it('The search returns at most the limit, and counts all matches', () => {
  const many = items(...Array.from({ length: 1000 }, (_, at) => `task_${at}`));
  const { shown, count } = bestMatches(many, 'task', 50);
  expect([shown.length, count]).toEqual([50, 1000]);
  expect(bestMatches(many, '', 50)).toMatchObject({ count: 1000, shown: many.slice(0, 50) });
});

it('The search matches decomposed letters with their composed form', () => {
  expect(found(['é_task'], 'e\u0301')).toEqual(['é_task']);
});
