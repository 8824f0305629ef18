import { readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { tightenPermissions } from '../base/private-folder.ts';

/** What Crewlane stores directly in the data folder; `window` is Electron's. */
const ENTRIES: ReadonlySet<string> = new Set([
  'cache',
  'exports',
  'history.json',
  'keys.json',
  'prices.json',
  'recovery',
  'runs',
  'settings.json',
  'trust.json',
  'window',
  'workspaces',
]);

/**
 * Removes other users' access to the data folder and to what Crewlane stores in it: earlier releases made both readable
 * for everyone. Call it when a process starts. A missing folder, and one on a disk that cannot be written, stay as they
 * are.
 */
export function tightenDataFolder(root: string): void {
  const names = namesIn(root);
  if (names === null) return;
  const own = names.filter((name) => ENTRIES.has(name));
  // A person may keep the data in a folder with other files, whose permissions are not ours to change.
  if ((own.length > 0 || names.length === 0) && !isHomeOrTop(root)) tightenPermissions(root);
  for (const name of own) tightenPermissions(join(root, name));
}

function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}

function isHomeOrTop(folder: string): boolean {
  const real = realpathSync(folder);
  return real === dirname(real) || real === homedir();
}
