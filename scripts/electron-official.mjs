import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CACHE, ROOT } from './root.mjs';

/** A download is cancelled when no data has arrived for this time. */
const STALL_MS = 20_000;
const POLL_MS = 500;

const PACKAGE = join(ROOT, 'node_modules', 'electron');
/** The folder into which the package's own installer unpacks. */
const DOWNLOADS = join(CACHE, 'electron-download');
const UNPACKED = join(PACKAGE, 'dist');

/** @typedef {{ ok: true } | { ok: false, message: string }} Obtained */

/**
 * Downloads Electron with the installer of its package, and moves it into `folder` once it is complete.
 * @param {string} folder @returns {Promise<Obtained>}
 */
export async function downloadOfficial(folder) {
  mkdirSync(DOWNLOADS, { recursive: true });
  const installed = await install();
  try {
    if (!installed.ok) return installed;
    if (!existsSync(join(PACKAGE, 'path.txt'))) return { ok: false, message: 'its installer produced no files' };
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(UNPACKED, folder);
    return { ok: true };
  } finally {
    for (const path of [DOWNLOADS, UNPACKED, join(PACKAGE, 'path.txt')]) rmSync(path, { recursive: true, force: true });
  }
}

/** @returns {Promise<Obtained>} */
function install() {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      electron_config_cache: DOWNLOADS,
      TMPDIR: DOWNLOADS,
      TEMP: DOWNLOADS,
      TMP: DOWNLOADS,
    };
    const child = spawn(process.execPath, [join(PACKAGE, 'install.js')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.on('data', (data) => {
      output += String(data);
    });
    const watch = watchForStall(() => {
      output = `no data received for ${STALL_MS / 1000} s\n`;
      child.kill('SIGKILL');
    });
    child.once('error', (error) => {
      clearInterval(watch);
      resolve({ ok: false, message: error.message });
    });
    child.once('close', (code) => {
      clearInterval(watch);
      resolve(code === 0 ? { ok: true } : { ok: false, message: firstLine(output) });
    });
  });
}

/** @param {() => void} onStall called once, when the downloaded bytes have not changed for `STALL_MS` */
function watchForStall(onStall) {
  let bytes = -1;
  let changed = Date.now();
  const timer = setInterval(() => {
    const now = bytesBelow(DOWNLOADS) + bytesBelow(UNPACKED);
    if (now !== bytes) {
      bytes = now;
      changed = Date.now();
    } else if (Date.now() - changed >= STALL_MS) {
      clearInterval(timer);
      onStall();
    }
  }, POLL_MS);
  return timer;
}

/** @param {string} folder */
function bytesBelow(folder) {
  let bytes = 0;
  for (const name of existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []) {
    // A file may be moved between listing it and reading its size.
    bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

/** @param {string} text */
function firstLine(text) {
  return text.trim().split('\n')[0] || 'its installer gave no reason';
}
