import { expect, test } from 'vitest';
import { isBoundedGlob } from './bounded-glob.ts';
import { measureSchema } from './workload-schema.ts';

test.each([
  ['data/*.md', true],
  ['**/report_*_*.{md,csv}', true],
  ['**/a/**/*.md', true],
  ['*a*a*a*a*a*a*a*a*b', false],
  ['a*/b*/c*/d*', false],
  ['**/**/**/*.md', false],
  ['{*,*}/{*,*}', false],
])('The pattern %s is bounded: %s', (glob, isBounded) => {
  expect(isBoundedGlob(glob)).toBe(isBounded);
});

test('A measure whose pattern takes too long to match is refused with the limits', () => {
  const refused = measureSchema.safeParse({ files_written: '*a*a*a*a*a*a*a*a*b' });
  expect(JSON.stringify(refused.error?.issues)).toContain('too many wildcards');
  expect(measureSchema.safeParse({ files_written: 'data/*.md' }).success).toBe(true);
});
