import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NAME } from '../../shared/crew/value-schemas.ts';
import { fileName } from './file-name.ts';

const bytes = (text: string) => Buffer.byteLength(text);
const name = fc
  .array(fc.constantFrom('a', 'é', '日', '𠮷'), { minLength: 60, maxLength: 64 })
  .map((letters) => letters.join(''));

test('A name of up to 64 letters of up to four bytes gives a file name that file systems accept', () => {
  fc.assert(
    fc.property(name, (task) => {
      expect(task).toMatch(NAME);
      expect(bytes(fileName(task, '_result.md'))).toBeLessThanOrEqual(255);
      expect(bytes(fileName(task, '_20261130', 32))).toBeLessThanOrEqual(223);
    }),
  );
});

test('Long names that differ only at their end have different file names', () => {
  const long = '𠮷'.repeat(63);
  expect(fileName(`${long}一`, '_result.md')).not.toBe(fileName(`${long}二`, '_result.md'));
});

test('A name that fits stays whole', () => {
  expect(fileName('日'.repeat(64), '_result.md')).toBe(`${'日'.repeat(64)}_result.md`);
});

test.each(['con', 'PRN', 'aux', 'nul', 'COM1', 'lpt9', 'com²'])('%s, which Windows reserves, gets a _', (reserved) => {
  expect(fileName(reserved, '_result.md')).toBe(`${reserved}__result.md`);
});
