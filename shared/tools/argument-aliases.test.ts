import { expect, it } from 'vitest';
import { withOwnNames } from './argument-aliases.ts';

const aliases = { path: ['file_path', ['directory', 'filename'], 'filename'], lines: ['line_count'] };

it.each([
  ['another name', { file_path: 'a.txt', line_count: 3 }, { path: 'a.txt', lines: 3 }],
  ['its own name', { path: 'a.txt', lines: 3 }, { path: 'a.txt', lines: 3 }],
  ['both names and one value', { path: 'a.txt', file_path: 'a.txt' }, { path: 'a.txt' }],
  ['a folder and a name', { directory: 'out/', filename: 'a.txt' }, { path: 'out/a.txt' }],
  ['the folder of the workspace', { directory: './', filename: 'a.txt' }, { path: './a.txt' }],
  ['an empty folder', { directory: '', filename: 'a.txt' }, { path: 'a.txt' }],
  ['a null folder', { directory: null, filename: 'a.txt' }, { path: 'a.txt' }],
  ['a name alone', { filename: 'a.txt' }, { path: 'a.txt' }],
  ['a null', { file_path: 'a.txt', line_count: null }, { path: 'a.txt' }],
])('withOwnNames accepts arguments with %s', (_what, given, expected) => {
  expect(withOwnNames(given, aliases)).toEqual(expected);
});

it('withOwnNames keeps a different value under another name, for the schema to report', () => {
  const given = { path: 'a.txt', file_path: 'b.txt' };
  expect(withOwnNames(given, aliases)).toEqual(given);
});

it.each([
  ['a text', 'a.txt'],
  ['a list', ['a.txt']],
  ['null', null],
])('withOwnNames returns %s unchanged', (_what, given) => {
  expect(withOwnNames(given, aliases)).toEqual(given);
});

it('withOwnNames does not take inherited properties of objects for arguments', () => {
  expect(withOwnNames({}, { path: ['constructor', 'toString'] })).toEqual({});
});
