import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Kernel settings that determine whether ordinary users can create a namespace, with the value that forbids it and the
 * one that allows it.
 */
const SETTINGS = [
  {
    name: 'kernel.unprivileged_userns_clone',
    file: '/proc/sys/kernel/unprivileged_userns_clone',
    forbids: '0',
    allows: '1',
  },
  { name: 'user.max_user_namespaces', file: '/proc/sys/user/max_user_namespaces', forbids: '0', allows: '15000' },
  {
    name: 'kernel.apparmor_restrict_unprivileged_userns',
    file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    forbids: '1',
    allows: '0',
  },
];

/** Root can run Electron only without its sandbox. */
export function isRoot() {
  return process.getuid?.() === 0;
}

/**
 * Why Electron cannot create its sandbox for this user: null if it can, else the setting to change.
 * @param {string} folder the folder of Electron
 */
export function sandboxObstacle(folder) {
  if (process.platform !== 'linux' || hasSetuidHelper(folder) || canMakeNamespaces()) return null;
  const setting = SETTINGS.find(({ file, forbids }) => content(file) === forbids);
  if (setting) return `sudo sysctl -w ${setting.name}=${setting.allows}`;
  return 'unprivileged user namespaces (in a container: a security profile that allows them)';
}

/** @param {string} folder */
function hasSetuidHelper(folder) {
  const helper = statSync(join(folder, 'chrome-sandbox'), { throwIfNoEntry: false });
  return helper !== undefined && helper.uid === 0 && (helper.mode & 0o4000) !== 0;
}

function canMakeNamespaces() {
  const tried = spawnSync('unshare', ['--user', '--map-root-user', 'true'], { stdio: 'ignore' });
  // If the program for the test is missing, the kernel's settings decide.
  return tried.error ? SETTINGS.every(({ file, forbids }) => content(file) !== forbids) : tried.status === 0;
}

/** @param {string} file */
function content(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
