import { describe, expect, it } from 'vitest';
import { pageFileOf } from './page-file.ts';

describe("the window's own scheme", () => {
  const file = (url: string) => pageFileOf('/app/dist/renderer', url);

  it('the scheme serves the files of the built renderer', () => {
    expect(file('crewlane://app/index.html')).toBe('/app/dist/renderer/index.html');
    expect(file('crewlane://app/assets/a%20b.js?x=1')).toBe('/app/dist/renderer/assets/a b.js');
  });

  it.each([
    'crewlane://app/../main/main.js',
    'crewlane://app/%2e%2e/main/main.js',
    'crewlane://app/..%2f..%2fmain.js',
    'crewlane://app//etc/passwd/../../../../etc/passwd%00',
    'crewlane://other/index.html',
    'crewlane://app/%E0%A4%A',
    'crewlane://app/',
  ])('the scheme serves no file outside of the renderer for %s', (url) => {
    const found = file(url);
    expect(found === null || found.startsWith('/app/dist/renderer/')).toBe(true);
    if (url.includes('main')) expect(found === null || !found.includes('dist/main')).toBe(true);
  });
});
