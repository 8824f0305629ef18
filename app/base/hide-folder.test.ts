import { expect, test } from 'vitest';
import { hideFolder, withoutFolders } from './hide-folder.ts';

test.each([
  ["EACCES: permission denied, open '/srv/crews/room/a/b.md'", "EACCES: permission denied, open 'a/b.md'"],
  ['/srv/crews/room is not a folder', '. is not a folder'],
  ['/srv/crews/room/ is not a folder', ' is not a folder'],
  ['/srv/crews/room2/x and /srv/crews/room-old', '/srv/crews/room2/x and /srv/crews/room-old'],
  ['/srv/crews/room/.hidden', '.hidden'],
  ['nothing', 'nothing'],
])('the folder is removed from %s', (text, hidden) => {
  expect(hideFolder(text, '/srv/crews/room')).toBe(hidden);
});

test('the characters of a folder have no other meaning', () => {
  expect(hideFolder('/a (b)+[c]/x', '/a (b)+[c]')).toBe('x');
  expect(hideFolder('C:\\Users\\ada\\x.md', 'C:\\Users\\ada')).toBe('x.md');
  expect(hideFolder('any text', '')).toBe('any text');
});

test.each([
  ['at file:///opt/app/dist/slot.js:3:5', 'at slot.js:3:5'],
  ["Cannot find module '/opt/app/slot.js'", "Cannot find module 'slot.js'"],
  ['at run (C:\\app\\slot.js:3:5)', 'at run (slot.js:3:5)'],
  ['see https://nodejs.org/api/errors and 1/2', 'see https://nodejs.org/api/errors and 1/2'],
  ['at node:internal/modules/run:12', 'at node:internal/modules/run:12'],
])('absolute paths are shortened in %s', (text, short) => {
  expect(withoutFolders(text)).toBe(short);
});
