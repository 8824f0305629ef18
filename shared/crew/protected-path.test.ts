import { describe, expect, it, test } from 'vitest';
import { protectedPath } from './protected-path.ts';

test('a repository’s metadata and crew files are protected under every name that refers to them on some file system', () => {
  const spellings = ['.git/config', 'a/.GIT/hooks/x', 'a\\.git\\x', '.git./x', '.g\u200cit/x', 'git~1/x', '.git'];
  const more = ['.git /x', '.git::$INDEX_ALLOCATION/x', '.hg/hgrc', 'a/.SVN/x', '.\uff47it/x', '.gıt/x', 'HG~1/hgrc'];
  for (const path of [...spellings, ...more, '.ſvn/x', './.git/x', 'a//.git//x', '.g\u0000it/x'])
    expect(protectedPath(path), path).toBe('git');
  for (const path of ['my.crew.json', 'a/MY.CREW.JSON', 'my.crew.json. ', 'my.crew.json:stream'])
    expect(protectedPath(path)).toBe('crew_file');
  for (const path of ['.github/a.md', '.gitignore', 'my.crew.json.md', 'my.crew.json/a.md', 'crew.json'])
    expect(protectedPath(path)).toBe(null);
});

test('Crewlane’s own folder is protected at any depth', () => {
  for (const path of ['.crewlane', '.CREWLANE/lock.json', 'a/.crew\u200blane/x', '.crewlane./x', 'rows/1/.crewlane/x'])
    expect(protectedPath(path), path).toBe('crewlane');
  for (const path of ['crewlane/x', '.crewlane2/x']) expect(protectedPath(path)).toBe(null);
});

describe('in a folder that Crewlane did not create', () => {
  const acted =
    `.bashrc .env .npmrc .github/workflows/ci.yml a/.gitattributes .gitmodules .vscode/tasks.json package.json
    PACKAGE.JSON package.json. package.json:x sub/package-lock.json Makefile GNUmakefile a/b/CMakeLists.txt x.desktop
    X.Desktop x.service run.sh run.PS1 run.bat vite.config.ts Dockerfile Dockerfile.dev Jenkinsfile pyproject.toml
    conftest.py build.gradle.kts requirements-dev.txt hooks/pre-commit node_modules/.bin/x NODE_M~1/x x.code-workspace
    pac\u200bkage.json authorized_keys .idea/workspace.xml docker-compose.yml`.split(/\s+/);

  it.each(acted)('%s is protected', (path) => {
    expect(protectedPath(path, true)).toBe('acted_on');
    expect(protectedPath(path)).toBe(null);
  });

  it.each(['notes.md', 'out/report.html', 'data.csv', 'package.json.md', 'makefile.txt', 'a/b/c.json', 'größe.md'])(
    '%s can be written',
    (path) => expect(protectedPath(path, true)).toBe(null),
  );
});
