import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The default folder of reports. The same as `exports` of app/launch/data-folder.ts, which only a build can load.
 * @param {Readonly<Record<string, string | undefined>>} [env] @param {NodeJS.Platform} [platform]
 */
export function exportsFolder(env = process.env, platform = process.platform) {
  const home = env['CREWLANE_HOME'];
  return join(home ? resolve(home) : platformFolder(env, platform), 'exports');
}

/** @param {Readonly<Record<string, string | undefined>>} env @param {NodeJS.Platform} platform */
function platformFolder(env, platform) {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Crewlane');
  if (platform === 'win32') return join(env['APPDATA'] || join(homedir(), 'AppData', 'Roaming'), 'Crewlane');
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'crewlane');
}
