import { expect, it } from 'vitest';
import { sentence } from './sentence.ts';

it('closes a text that has no end of its own, so that another sentence can follow', () => {
  expect(sentence('500 Internal Server Error')).toBe('500 Internal Server Error.');
  expect(sentence('It said: {"error": 3}\n')).toBe('It said: {"error": 3}.');
  for (const closed of ['Done.', 'Why?', 'It goes on…', '(See above.)', 'It said “no!”']) {
    expect(sentence(closed)).toBe(closed);
  }
});
