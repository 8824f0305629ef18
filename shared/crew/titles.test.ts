import { expect, test } from 'vitest';
import { categoryOf, titleCase, titleOf } from './titles.ts';

test('a task is displayed by its title, else by its name in words, and never by an empty text', () => {
  expect(titleOf({ name: 'market_trend', title: 'Trends' })).toBe('Trends');
  expect(titleOf({ name: 'market_trend' })).toBe('Market Trend');
  expect(titleOf({ name: 'market_trend', title: '  ' })).toBe('Market Trend');
  expect(titleCase('_')).toBe('_');
});

test('a task without a category counts toward its agent', () => {
  expect(categoryOf({ category: 'Analysis', agent: 'ada' })).toBe('Analysis');
  expect(categoryOf({ category: '', agent: 'ada' })).toBe('ada');
  expect(categoryOf({}, 'bob')).toBe('bob');
});
