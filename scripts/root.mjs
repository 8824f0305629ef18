import './node-version.mjs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
/** The folder of downloaded and derived files, outside node_modules so that a new install does not remove it. */
export const CACHE = join(ROOT, '.cache');

/**
 * Prints a message for the user to standard error: standard output is for the result of the command. @param {string}
 * line
 */
export function log(line) {
  process.stderr.write(`${line}\n`);
}
