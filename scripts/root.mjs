import './node-version.mjs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
/** The folder of downloaded and derived files, outside node_modules so that a new install does not remove it. */
export const CACHE = join(ROOT, '.cache');

/** Tells the person at the terminal, on standard error: standard output belongs to the command's result. @param {string} line */
export function log(line) {
  process.stderr.write(`${line}\n`);
}
