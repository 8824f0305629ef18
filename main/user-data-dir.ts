import { resolve } from 'node:path';
import { app } from 'electron';
import { switchValue } from './arguments.ts';

/**
 * Determines the application's data folder before anything is read from it: `CREWLANE_HOME`, else `--user-data-dir`,
 * else the platform's folder. Electron's own files follow the switch, so that two starts with different folders are two
 * applications.
 * @returns the chosen folder of settings, history and runs, or null for the platform's
 */
export function resolveUserDataDir(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const home = env['CREWLANE_HOME'];
  const given = switchValue(argv, 'user-data-dir');
  const chosen = given ?? (home ? resolve(home, 'window') : null);
  if (chosen !== null) app.setPath('userData', resolve(chosen));
  if (home) return resolve(home);
  return given === null ? null : resolve(given);
}
