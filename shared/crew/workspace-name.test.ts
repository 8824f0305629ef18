import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainName } from './plain-name.ts';
import { workspaceNameProblem } from './workspace-name.ts';

const METADATA = ['.git', '.hg', '.svn'];

describe('valid workspace names', () => {
  it.each(['workspace', 'data', './data', 'data/', 'a/b/c', 'größe', 'v1..v2', 'github', 'my data', '数据'])(
    '%s',
    (name) => expect(workspaceNameProblem(name)).toBe(null),
  );
});

describe('invalid workspace names', () => {
  const own = ['', '.', './', './.', '././', '/', '\\', '.\\', ' ', '\u200b', '.\u200b'];
  const above = [
    '..',
    '../x',
    'a/..',
    'a/../..',
    'a/../.git',
    'a\\..\\b',
    '.\u200b./x',
    '. ./x',
    'a/.. /b',
    'x/..::$DATA',
  ];
  const absolute = ['/tmp', '\\\\host\\x', 'C:', 'C:/x', 'c:\\x', '//x', '/home/ada/.ssh'];
  const home = ['~', '~/x', '~root/x', 'a/~/b', '~ada'];
  const git = [
    '.git',
    '.GIT',
    './.git/',
    '.git/hooks',
    'a/.git',
    '.git.',
    '.git ',
    '.git::$INDEX_ALLOCATION',
    '.git:x',
  ];
  const spelled = ['.g\u200cit', '\u200b.git', '.\uff47it', '\uff0egit', '.gıt', 'git~1', 'GIT~1', 'a\\.git'];
  const other = ['.hg', '.SVN/x', '.ſvn', 'svn~1', 'repo.git', 'repo.GIT/hooks', '.git/worktrees/x'];
  const dots = ['.ssh', '.config/autostart', 'a/.vscode', '.github', '.crewlane', '\u200b.ssh', ' .ssh', '\t.x', '…'];
  const modules = [
    'node_modules',
    'NODE_MODULES/.bin',
    'a/node_modules/b',
    'node_modules.',
    'node_\u200bmodules',
    'NODE_M~1',
  ];
  const strange = ['a\u0000b', 'a\nb', 'a\u202eb', 'data.', 'data ', ' data', 'a:b', 'a?b', 'PROGRA~1', 'a\u00adb'];
  it.each([...own, ...above, ...absolute, ...home, ...git, ...spelled, ...other, ...dots, ...modules, ...strange])(
    '%j',
    (name) => expect(workspaceNameProblem(name)).not.toBe(null),
  );
});

describe('the rule, over random names', () => {
  const noise = fc.constantFrom('', '\u200b', '\u200c', '\ufeff', '\u00ad', '\u2060', '\u0000', '\u180e');
  const end = fc.constantFrom('', '.', ' ', '. .', ':x', '::$INDEX_ALLOCATION', '...');
  const separator = fc.constantFrom('/', '\\', '//', '/./', '\\.\\');
  const spelled = (name: string) =>
    fc
      .tuple(
        fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }),
        fc.array(noise, { minLength: name.length, maxLength: name.length }),
        end,
      )
      .map(
        ([upper, between, ending]) =>
          [...name].map((letter, at) => `${upper[at] ? letter.toUpperCase() : letter}${between[at]}`).join('') + ending,
      );
  const harmless = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);

  it('a protected name is refused in every spelling, at every depth', () => {
    const protectedName = fc.constantFrom(...METADATA, '.ssh', '..', 'node_modules', '.crewlane').chain(spelled);
    fc.assert(
      fc.property(fc.array(harmless), separator, protectedName, fc.array(harmless), (before, between, name, after) => {
        expect(workspaceNameProblem([...before, name, ...after].join(between))).not.toBe(null);
      }),
    );
  });

  it('an accepted name leads below the folder, through visible names alone', () => {
    const letters = fc.constantFrom(...'./\\~:ag1 \u200b\u0000-'.split(''), '.git', 'node_modules', 'é', 'e\u0301');
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 12 }), (parts) => {
        const named = parts.join('');
        if (workspaceNameProblem(named) !== null) return;
        const names = named.split(/[/\\]/).filter((name) => name !== '' && name !== '.');
        expect(names.length).toBeGreaterThan(0);
        expect(/^[/\\~]/.test(named)).toBe(false);
        for (const name of names) {
          expect(name).not.toMatch(/^[.~]|[. ]$|[:\p{Cc}\u200b]/u);
          expect([...METADATA, 'node_modules', '..']).not.toContain(plainName(name));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('the rule does not depend on the Unicode form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const refused = (form: 'NFC' | 'NFD') => workspaceNameProblem(name.normalize(form)) !== null;
        expect(refused('NFC')).toBe(refused('NFD'));
      }),
    );
  });
});
