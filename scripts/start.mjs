import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ALL_PARTS, COMMAND_PARTS, ensureBuilt } from './build-parts.mjs';
import { hasDisplay } from './display.mjs';
import { ensureElectron } from './electron.mjs';
import { exportsFolder } from './exports-folder.mjs';
import { forwardSignals } from './forward-signals.mjs';
import { ensurePackages } from './packages.mjs';
import { log, ROOT } from './root.mjs';
import { isRoot, sandboxObstacle } from './sandbox.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

// usage: node scripts/start.mjs [FILE]   opens the crew, else the seed's, in the window, or runs it where none can be opened.
const SEED = join(ROOT, 'examples', 'concurrent_processing', 'concurrent_processing.crew.json');
/** Chromium logs only fatal errors. Otherwise it reports every service that a bare system lacks. */
const QUIET = '--log-level=3';
const given = process.argv[2];
const file = given === undefined ? SEED : resolve(process.env['INIT_CWD'] ?? process.cwd(), given);

if (!(await start())) process.exitCode = 1;

/** @returns {Promise<boolean>} false if something required is missing, which has been reported */
async function start() {
  if (!(await ensurePackages())) return false;
  if (!hasDisplay()) {
    return runHeadless(
      'This machine has no display (neither DISPLAY nor WAYLAND_DISPLAY is set). Running the crew without a window.',
    );
  }
  const electron = (await ensureSystemPackages()) ? await ensureElectron() : null;
  if (electron === null) return false;
  const obstacle = isRoot() ? null : sandboxObstacle(electron.folder);
  if (obstacle !== null) {
    return runHeadless(
      `Electron cannot create its sandbox on this machine. To use the window, run: ${obstacle}. Running the crew without a window.`,
    );
  }
  return openWindow(electron.executable);
}

/** @param {string} executable */
async function openWindow(executable) {
  if (!(await ensureBuilt(ALL_PARTS))) return false;
  if (isRoot()) log('Running as root: Electron cannot create its sandbox, so --no-sandbox is added.');
  const switches = [...(isRoot() ? ['--no-sandbox'] : []), QUIET];
  forwardSignals(spawn(executable, [...switches, ROOT, file], { cwd: ROOT, stdio: 'inherit' }));
  return true;
}

/** The command runs in this process, so that it receives Ctrl+C and sets the exit code. @param {string} why */
async function runHeadless(why) {
  log(why);
  if (!(await ensureBuilt(COMMAND_PARTS))) return false;
  const command = join(ROOT, 'dist', 'node', 'cli.js');
  process.argv.splice(1, process.argv.length, command, 'run', file, '--export-below', exportsFolder());
  await import(pathToFileURL(command).href);
  return true;
}
