import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './command.mjs';
import { withLock } from './lock.mjs';
import { log, ROOT } from './root.mjs';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} Locked */

/**
 * Installs the packages of the lock file if node_modules does not contain them. @returns {Promise<boolean>} whether
 * they are installed
 */
export async function ensurePackages() {
  if (packagesFit(ROOT)) return true;
  return withLock('packages', async () => {
    if (packagesFit(ROOT)) return true;
    log('Installing the packages (about a minute) …');
    const code = await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code === 0) return true;
    log(
      'The packages could not be installed; see the message of npm above. Check that the registry can be reached, and run the command again.',
    );
    return false;
  });
}

/**
 * Whether a folder's node_modules matches its lock file, according to npm's record of the last complete installation.
 * @param {string} folder
 */
export function packagesFit(folder) {
  const wanted = locked(join(folder, 'package-lock.json'));
  const present = locked(join(folder, 'node_modules', '.package-lock.json'));
  if (wanted === null || present === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const installed = present[path];
    // Builds for other platforms are in the lock file, but not installed.
    return installed === undefined ? entry.optional === true : installed.version === entry.version;
  });
}

/** @param {string} file @returns {Record<string, Locked> | null} */
function locked(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}
