import { expect, test } from 'vitest';
import { protectedPath } from './protected-path.ts';

test('the repository’s folder and crew files are left alone, under whatever name a file system takes for them', () => {
  for (const path of ['.git/config', 'a/.GIT/hooks/x', 'a\\.git\\x', '.git./x', '.g\u200cit/x', 'git~1/x', '.git'])
    expect(protectedPath(path)).toBe('git');
  for (const path of ['my.crew.json', 'a/MY.CREW.JSON', 'my.crew.json. ', 'my.crew.json:stream'])
    expect(protectedPath(path)).toBe('crew_file');
  for (const path of ['.github/a.md', '.gitignore', 'my.crew.json.md', 'my.crew.json/a.md', 'crew.json'])
    expect(protectedPath(path)).toBe(null);
});
