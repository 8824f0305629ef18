import { expect, it } from 'vitest';
import { bestMatches } from './best-matches.ts';

const items = (...texts: string[]) => texts.map((text) => ({ text }));
const found = (texts: string[], query: string, limit = 10) =>
  bestMatches(items(...texts), query, limit).shown.map(({ text }) => text);

it('ranks a beginning before the beginning of a word, that before a part, and that before letters in order', () => {
  const texts = ['d_r_a_f_t', 'redraft', 'first_draft', 'draft'];
  expect(found(texts, 'draft')).toEqual(['draft', 'first_draft', 'redraft', 'd_r_a_f_t']);
});

it('looks for letters in order within one word of the text only', () => {
  expect(found(['task_6987 task 6987', 'task_9876 task 9876'], '9876')).toEqual(['task_9876 task 9876']);
});

it('requires every word of the query, in any order and case', () => {
  expect(found(['market trends', 'market', 'trends of the market'], 'Trend MARKET')).toEqual([
    'market trends',
    'trends of the market',
  ]);
});

it('returns at most the limit, and counts all matches', () => {
  const many = items(...Array.from({ length: 1000 }, (_, at) => `task_${at}`));
  const { shown, count } = bestMatches(many, 'task', 50);
  expect([shown.length, count]).toEqual([50, 1000]);
  expect(bestMatches(many, '', 50)).toMatchObject({ count: 1000, shown: many.slice(0, 50) });
});

it('matches decomposed letters with their composed form', () => {
  expect(found(['é_task'], 'e\u0301')).toEqual(['é_task']);
});
