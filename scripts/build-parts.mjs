import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from './command.mjs';
import { CACHE, ROOT } from './root.mjs';

/** The output and the source folders of each part of the build. */
export const PARTS = {
  cli: { output: 'dist/node/cli.js', sources: ['shared', 'app'] },
  command: { output: 'dist/node/command.js', sources: ['shared', 'app'] },
  slot: { output: 'dist/node/slot.js', sources: ['shared', 'app'] },
  sandbox: { output: 'dist/node/sandbox.js', sources: ['shared', 'app'] },
  expressions: { output: 'dist/node/expressions.js', sources: ['shared', 'app'] },
  sqlite: { output: 'dist/node/sqlite.js', sources: ['shared', 'app'] },
  documents: { output: 'dist/node/documents.js', sources: ['shared', 'app'] },
  main: { output: 'dist/main/main.js', sources: ['shared', 'app', 'main'] },
  worker: { output: 'dist/main/worker.js', sources: ['shared', 'app', 'main'] },
  preload: { output: 'dist/preload/preload.cjs', sources: ['shared', 'preload'] },
  client: { output: 'dist/renderer/index.html', sources: ['shared', 'app', 'renderer'] },
};
/** Files of the repository's root that every part depends on. */
const COMMON = ['vite.config.ts', 'package-lock.json'];

/** @typedef {keyof typeof PARTS} Part */

/** The parts of the command line, and the additional parts of the window. @type {readonly Part[]} */
export const COMMAND_PARTS = ['slot', 'expressions', 'documents', 'sqlite', 'sandbox', 'cli'];
/** @type {readonly Part[]} */
export const ALL_PARTS = [
  'slot',
  'expressions',
  'documents',
  'sqlite',
  'sandbox',
  'cli',
  'command',
  'main',
  'worker',
  'preload',
  'client',
];

/**
 * Builds the given parts whose sources have changed since their last build, in a separate process. Requires the
 * packages.
 * @param {readonly Part[]} parts @returns {Promise<boolean>} whether all of them are built
 */
export async function ensureBuilt(parts) {
  if (stale(parts).length === 0) return true;
  return (await runNode([join(ROOT, 'scripts', 'build.mjs'), ...parts])) === 0;
}

/**
 * Records the sources that a part was built from. @param {Part} part @param {string} sources its fingerprint before the
 * build
 */
export function markBuilt(part, sources) {
  mkdirSync(join(CACHE, 'build'), { recursive: true });
  writeFileSync(stampFile(part), sources);
}

/** The parts that are missing or older than their sources. @param {readonly Part[]} parts */
export function stale(parts) {
  return parts.filter((part) => !existsSync(join(ROOT, PARTS[part].output)) || stampOf(part) !== fingerprint(part));
}

/** @param {Part} part */
function stampOf(part) {
  try {
    return readFileSync(stampFile(part), 'utf8');
  } catch {
    return null;
  }
}

/** @param {Part} part */
function stampFile(part) {
  return join(CACHE, 'build', part);
}

/** Returns a hash of the names, sizes and times of a part's sources. @param {Part} part */
export function fingerprint(part) {
  const hash = createHash('sha256');
  const files = [...COMMON, ...PARTS[part].sources.flatMap((folder) => filesBelow(folder))];
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(ROOT, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  const names = existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    : [];
  return names
    .filter((name) => /\.(ts|tsx|css|html|svg|png|json)$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`)
    .sort();
}
