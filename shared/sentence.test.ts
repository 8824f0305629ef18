import { expect, it } from 'vitest';
import { sentence } from './sentence.ts';

it('a text without punctuation at its end gets a period, so that another sentence can follow', () => {
  expect(sentence('500 Internal Server Error')).toBe('500 Internal Server Error.');
  expect(sentence('It said: {"error": 3}\n')).toBe('It said: {"error": 3}.');
  for (const closed of ['Done.', 'Why?', 'It continues…', '(See above.)', 'It said “no!”']) {
    expect(sentence(closed)).toBe(closed);
  }
});
