import { expect, test } from 'vitest';
import { excerpt, passages } from './excerpt.ts';

test('A long page is read in parts, and each part names the start of the next one.', () => {
  const text = Array.from({ length: 45_000 }, (_, at) => String(at % 10)).join('');
  const first = excerpt(text, 0);
  expect(first.text).toContain('[characters 0 to 20000 of 45000; next start: 20000]');
  const parts = [0, 20_000, 40_000].map((start) => excerpt(text, start).text.split('\n\n[')[0]);
  expect(parts.join('')).toBe(text);
  expect(excerpt(text, 45_000)).toEqual({ ok: false, text: 'The page has 45000 characters.' });
  expect(excerpt('', 0)).toEqual({ ok: true, text: '' });
});

test('Passages around the words are found, whatever their case and spaces, and near ones are joined.', () => {
  const text = `${'a '.repeat(1000)}Heat\n pump (old)${'b '.repeat(100)}heat pump (old)${'c '.repeat(1000)}HEAT PUMP (OLD) end`;
  const { ok, text: found } = passages(text, 'heat pump (old)');
  expect(ok).toBe(true);
  expect(found.match(/\[from character \d+\]/g)).toHaveLength(2);
  expect(found).toContain('HEAT PUMP (OLD) end');
  expect(passages(text, 'no such (thing').text).toContain('does not contain "no such (thing"');
});

test('A page with the words everywhere gives no more than 20,000 characters.', () => {
  expect(passages(`x ${'y'.repeat(900)} `.repeat(2000), 'x').text.length).toBeLessThan(20_100);
});
