import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './command.mjs';
import { withLock } from './lock.mjs';
import { log, ROOT } from './root.mjs';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} Locked */

/**
 * Installs the packages of the lock file if node_modules does not contain them. @returns {Promise<boolean>} whether
 * they are there
 */
export async function ensurePackages() {
  if (packagesFit(ROOT)) return true;
  return withLock('packages', async () => {
    if (packagesFit(ROOT)) return true;
    log('Installing the packages (about a minute) …');
    const code = await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code === 0) return true;
    log(
      'The packages could not be installed: npm has said why above. Once the registry can be reached, run the command again.',
    );
    return false;
  });
}

/** Whether the folder's node_modules holds what its lock file names, by npm's own record of the last complete install. @param {string} folder */
export function packagesFit(folder) {
  const wanted = locked(join(folder, 'package-lock.json'));
  const present = locked(join(folder, 'node_modules', '.package-lock.json'));
  if (wanted === null || present === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const installed = present[path];
    // Builds for other platforms are locked, and not installed.
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
