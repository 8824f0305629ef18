import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run } from './command.mjs';
import { log } from './root.mjs';

/**
 * The packages that Electron and its tests need on Debian and related systems, each by its name in newer and older
 * releases.
 */
const DEBIAN = [
  ['xvfb'],
  ['xauth'],
  ['libnss3'],
  ['libatk1.0-0t64', 'libatk1.0-0'],
  ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libgbm1'],
  ['libasound2t64', 'libasound2'],
  ['libxss1'],
  ['unzip'],
];
/** The same as libraries, for other Linux systems, whose package names differ. */
const LIBRARIES = [
  'libnss3.so',
  'libatk-1.0.so.0',
  'libatk-bridge-2.0.so.0',
  'libgtk-3.so.0',
  'libgbm.so.1',
  'libasound.so.2',
];

/**
 * Installs missing system packages if possible (on Debian, as root); otherwise lists them.
 * @returns {Promise<boolean>} false if the installation failed
 */
export async function ensureSystemPackages() {
  if (process.platform !== 'linux') return true;
  if (!existsSync('/etc/debian_version')) return nameMissingLibraries();
  const missing = missingOnDebian();
  if (missing.length === 0) return true;
  if (process.getuid?.() === 0) return install(missing);
  log(`Missing on this system: sudo apt-get install ${missing.map((names) => knownName(names)).join(' ')}`);
  return true;
}

/** @param {string[][]} missing */
async function install(missing) {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', ['update', '-qq'], options);
  const names = missing.map((names) => knownName(names));
  log(`Installing system packages: ${names.join(' ')} …`);
  const code = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
    ...options,
    stdio: ['ignore', 'ignore', 2],
  });
  if (code === 0) return true;
  log(`The installation failed. Install the packages yourself: apt-get install ${names.join(' ')}`);
  return false;
}

function missingOnDebian() {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills these in
  const format = '${Package} ${db:Status-Status}\n';
  const installed = new Set(
    output('dpkg-query', ['-W', '-f', format, ...DEBIAN.flat()])
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return DEBIAN.filter((names) => !names.some((name) => installed.has(name)));
}

/** The name of the package in this release. @param {string[]} names */
function knownName(names) {
  return (
    names.find((name) => /Candidate: (?!\(none\))/.test(output('apt-cache', ['policy', name]))) ?? names.at(-1) ?? ''
  );
}

function nameMissingLibraries() {
  const present = output('ldconfig', ['-p']);
  const missing = LIBRARIES.filter((library) => !present.includes(library));
  const tools = ['Xvfb', 'unzip'].filter((tool) => output('which', [tool]) === '');
  if (present !== '' && missing.length > 0) log(`Missing on this system, for Electron: ${missing.join(', ')}`);
  if (tools.length > 0) log(`Missing on this system: ${tools.join(', ')} (Xvfb is for tests without a display)`);
  return true;
}

/** The standard output of a program, even if it fails. @param {string} program @param {string[]} args */
function output(program, args) {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    });
  } catch (error) {
    // If dpkg-query does not know a name, it exits with 1, but prints the others.
    return error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' ? error.stdout : '';
  }
}
