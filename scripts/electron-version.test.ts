import { expect, test } from 'vitest';
import { electronVersionWarning } from './electron-version.mjs';

test('packaging with another Electron than package.json names is reported', () => {
  expect(electronVersionWarning('33.2.1', '41.7.1')).toMatch(
    /Electron 33\.2\.1, not with 41\.7\.1, which package\.json names/,
  );
  expect(electronVersionWarning('of an unknown version', '41.7.1')).not.toBeNull();
  expect(electronVersionWarning('41.7.1', '41.7.1')).toBeNull();
});
