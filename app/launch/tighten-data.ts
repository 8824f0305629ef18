import { readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { tightenPermissions } from '../base/private-folder.ts';

/** Entries that Crewlane stores in the data folder. Electron creates `window`. */
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
 * Removes access of other users to the data folder and its entries, because earlier releases made both readable for
 * everyone. Call it when a process starts. Does nothing for a missing folder or on a read-only disk.
 */
export function tightenDataFolder(root: string): void {
  const names = namesIn(root);
  if (names === null) return;
  const own = names.filter((name) => ENTRIES.has(name));
  // The data folder may contain other files of the person, whose permissions must not change.
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
