import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// Module-level mutable state: every window and every run of a process shares it, and so do the tests of a file. State
// belongs to an object that somebody creates and passes on. Constants are allowed, also functions that memoize.

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = ['shared', 'app', 'main', 'preload', 'renderer'];
const VARIABLE = /^(?:export )?(?<kind>let|var|const) (?<name>\w+)(?<type>:[^=]+)? = (?<value>.*)/gm;
/** Classes whose instances do not change. */
const VALUES = /^new (?:RegExp|URL|TextEncoder|TextDecoder|Intl|Date)\b/;

function mutableVariables(text: string): string[] {
  return [...text.matchAll(VARIABLE)].flatMap(({ groups: { kind, name = '', type = '', value = '' } = {} }) => {
    if (kind !== 'const') return [name];
    if (/^(?:create|createStore)[(<]/.test(value)) return [name];
    const isWritten = new RegExp(`\\b${name}(?:\\.(?:set|add|delete|clear|push|splice)\\(|\\[.*\\] = )`).test(text);
    if (/^(?:new (?:Map|Set|WeakMap|WeakSet)\b|\[|\{)/.test(value)) return isWritten ? [name] : [];
    return /^new \w/.test(value) && !VALUES.test(value) && !type.includes('Readonly') ? [name] : [];
  });
}

it('Variables, written containers, stores and other objects at module level are found', () => {
  const text = [
    'let timer = null;',
    'const known = new Map<string, number>();',
    "const NAMES = new Set(['a']);",
    'export const useUi = create<Ui>()(() => ({}));',
    'const client = new Client();',
    'const PATTERN = new RegExp(NAMES);',
    "known.set('a', 1);",
  ].join('\n');
  expect(mutableVariables(text)).toEqual(['timer', 'known', 'useUi', 'client']);
});

it('No module has mutable state', () => {
  const files = execFileSync('git', ['ls-files', ...FOLDERS], { cwd: ROOT, encoding: 'utf8' }).split('\n');
  const modules = files.filter((file) => /\.tsx?$/.test(file) && !/\.test\.|\/testing|\.d\.ts$/.test(file));
  const found = modules.flatMap((file) =>
    mutableVariables(readFileSync(join(ROOT, file), 'utf8')).map((name) => `${file} ${name}`),
  );
  expect(modules.length).toBeGreaterThan(300);
  expect(found).toEqual([]);
});
