import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensurePackages } from './packages.mjs';
import { ROOT } from './root.mjs';

// usage: npm run lint:words [-- FILE or FOLDER …]   counts phrases to avoid; with files or folders, lists each of them.
// Fails if a phrase is found that was removed from the whole repository.

/**
 * `isEnforced`: the repository contains the phrase nowhere, and the check fails if it returns.
 * @typedef {{ avoid: string, write: string, pattern: RegExp, isEnforced?: boolean }} Phrase
 */

/** What can be between two words: spaces, and the start of a comment line. */
const GAP = '(?:\\s|\\*|//)+';
/** @param {string} words regular expression, with blanks for any gap @param {string} [flags] */
const phrase = (words, flags = 'gi') => new RegExp(words.replaceAll(' ', GAP), flags);

/** @type {readonly Phrase[]} */
export const PHRASES = [
  { avoid: 'goes on', write: 'continues', pattern: phrase('\\b(?:go|goes|going|gone|went) on\\b') },
  { avoid: 'anew', write: 'again, from the beginning', pattern: phrase('\\banew\\b') },
  {
    avoid: 'stands in',
    write: 'is in, is',
    pattern: phrase('\\b(?:stand|stands|stood|standing) (?:in|as|at|on|there)\\b'),
  },
  { avoid: 'lest', write: 'to avoid', pattern: phrase('\\blest\\b') },
  { avoid: 'oftener', write: 'more often', pattern: phrase('\\boftener\\b') },
  { avoid: 'asunder', write: 'apart', pattern: phrase('\\basunder\\b'), isEnforced: true },
  { avoid: 'how-manieth', write: 'ordinal', pattern: phrase('\\bhow[- ]manieth\\b'), isEnforced: true },
  { avoid: 'in vain', write: 'without success', pattern: phrase('\\bin vain\\b') },
  { avoid: 'made up', write: 'rehearsed, invented', pattern: phrase('\\bmade[- ]up\\b') },
  {
    avoid: 'is no X',
    write: 'is not an X, invalid X',
    pattern: phrase('(?<!\\bthere )\\b(?:is|are) no (?!longer\\b|more\\b|less\\b|one\\b)(?=[a-z])'),
  },
  {
    avoid: 'comes to its end',
    write: 'ends, finishes',
    pattern: phrase('\\b(?:come|comes|came|coming) to (?:its|their|an) end\\b'),
  },
  { avoid: 'by itself', write: 'automatically, separately', pattern: phrase('\\bby (?:itself|themselves)\\b') },
  {
    avoid: 'Who (a component)',
    write: 'the name of the component',
    pattern: phrase(
      '(?<![a-z] )\\bWho (?:asks|calls|comes|ends|gets|goes|has|holds|knows|needs|reads|runs|stands|starts|takes|waits|wants|writes)\\b',
      'g',
    ),
  },
  {
    avoid: 'so many',
    write: 'the number, the amount, the interval',
    pattern: phrase('\\bso (?:many|much|soon|few)\\b(?! (?:as|that))'),
  },
  { avoid: 'let go of', write: 'released', pattern: phrase('\\b(?:let|lets|letting) go of\\b') },
  { avoid: 'told of', write: 'is given, reports', pattern: phrase('\\b(?:tell|tells|told|telling) of\\b') },
  { avoid: 'colour', write: 'color', pattern: phrase('\\bcolour') },
  { avoid: 'grey', write: 'gray', pattern: phrase('\\bgrey'), isEnforced: true },
  { avoid: 'utilisation', write: 'utilization', pattern: phrase('\\butilis(?:e|ation|ing)') },
  { avoid: 'normalise', write: 'normalize', pattern: phrase('\\bnormalis(?:e|ation|ing)') },
  { avoid: 'canceled', write: 'cancelled', pattern: phrase('\\bcancel(?:ed|ing)\\b'), isEnforced: true },
];

const PLACES = ['shared', 'app', 'main', 'preload', 'renderer', 'e2e', 'chaos', 'bench', 'scripts', 'docs', '.github'];
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];
/** The list itself contains the phrases, and generated pages repeat docstrings. */
const SKIPPED = /(?:^|\/)(?:node_modules|dist)\/|^scripts\/word-list|^docs\/reference\//;
const READ = /\.(?:ts|tsx|mjs|cjs|md|yml)$/;

/** @typedef {{ file: string, line: number, found: string, phrase: Phrase }} Find */

/**
 * Finds the phrases in the prose of a file.
 * @param {string} file its name decides how it is read @param {string} text @returns {Promise<Find[]>}
 */
export async function findPhrases(file, text) {
  const { proseOf } = await import('./prose.mjs');
  const prose = proseOf(file, text);
  return PHRASES.flatMap((phrase) =>
    [...prose.matchAll(phrase.pattern)].map((match) => ({
      file,
      line: prose.slice(0, match.index).split('\n').length,
      found: match[0].replaceAll(/[\s*/]+/g, ' ').trim(),
      phrase,
    })),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = (await ensurePackages()) ? await check(process.argv.slice(2)) : 1;

/** @param {readonly string[]} paths @returns {Promise<number>} the exit code */
async function check(paths) {
  const files = (paths.length > 0 ? paths : [...PLACES, ...PAGES]).flatMap(filesIn);
  /** @type {Find[]} */
  const finds = [];
  for (const file of files) finds.push(...(await findPhrases(file, readFileSync(join(ROOT, file), 'utf8'))));
  const forbidden = finds.filter(({ phrase }) => phrase.isEnforced);
  const listed = paths.length > 0 ? finds : forbidden;
  for (const { file, line, found, phrase } of listed)
    process.stdout.write(`${file}:${line}: "${found}". Write: ${phrase.write}\n`);
  if (paths.length === 0) process.stdout.write(countsByFolder(finds));
  return forbidden.length > 0 ? 1 : 0;
}

/** The files in a file or folder of the repository. @param {string} path @returns {string[]} */
function filesIn(path) {
  const stats = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (stats === undefined) return [];
  const names = stats.isDirectory()
    ? readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
    : [path];
  return names.map((name) => name.replaceAll('\\', '/')).filter((name) => READ.test(name) && !SKIPPED.test(name));
}

/** @param {readonly Find[]} finds */
function countsByFolder(finds) {
  const lines = PHRASES.map((phrase) => {
    const own = finds.filter((find) => find.phrase === phrase);
    /** @type {Map<string, number>} */
    const folders = new Map();
    for (const { file } of own) {
      const folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : file;
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
    }
    const detail = [...folders].map(([folder, count]) => `${folder} ${count}`).join(', ');
    return `${String(own.length).padStart(5)}  ${phrase.avoid}${detail === '' ? '' : `: ${detail}`}\n`;
  });
  return `${lines.join('')}${String(finds.length).padStart(5)}  phrases to avoid\n`;
}
