import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableJson, printableLine } from './printable.ts';

const HARMFUL = /(?![\t\n])\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]|\p{Cs}/u;
const anyText = fc.string({ unit: 'binary' });
const anyUnits = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));

test('Printable text has no control character, no reordering mark and no half of a surrogate pair', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, anyUnits), (text) => {
      expect(printable(text)).not.toMatch(HARMFUL);
      expect(printableLine(text)).not.toMatch(/[\n\t]/);
    }),
  );
});

test('Printable text is unchanged by a second call', () => {
  fc.assert(
    fc.property(anyUnits, (text) => {
      expect(printable(printable(text))).toBe(printable(text));
    }),
  );
});

test('Letters of every script, emoji, tabs and line feeds are unchanged', () => {
  const text = 'Grüße\t日本語\nעברית \u200fעם סימן\u200e 👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿';
  expect(printable(text)).toBe(text);
});

test.each([
  ['a\u001b[2J\u0007b', 'a [2J b'],
  ['one\r\ntwo\rthree\u2028four', 'one\ntwo\nthree\nfour'],
  ['invoice\u202efdp.exe', 'invoicefdp.exe'],
  ['\u009b31mred', ' 31mred'],
  ['half \ud83d pair', 'half \ufffd pair'],
  ['nul\0nul', 'nul nul'],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('Printable JSON keeps the value exactly and contains no control characters', () => {
  fc.assert(
    fc.property(anyUnits, (text) => {
      const json = printableJson({ [text]: text });
      expect(JSON.parse(json)).toEqual({ [text]: text });
      expect(json).not.toMatch(HARMFUL);
    }),
  );
});
