import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ALL_PARTS, COMMAND_PARTS, ensureBuilt } from './build-parts.mjs';
import { hasDisplay } from './display.mjs';
import { ensureElectron } from './electron.mjs';
import { exportsFolder } from './exports-folder.mjs';
import { handOnSignals } from './hand-on-signals.mjs';
import { ensurePackages } from './packages.mjs';
import { ROOT, say } from './root.mjs';
import { isRoot, sandboxObstacle } from './sandbox.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

// usage: node scripts/start.mjs [FILE]   opens the crew, else the seed's, in the window, or runs it where none can be opened.
const SEED = join(ROOT, 'examples', 'concurrent_processing', 'concurrent_processing.crew.json');
const given = process.argv[2];
const file = given === undefined ? SEED : resolve(process.env['INIT_CWD'] ?? process.cwd(), given);

if (!(await ensurePackages())) process.exitCode = 1;
else if (!hasDisplay())
  await runHeadless(
    'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): running the crew without a window.',
  );
else await openWindow();

async function openWindow() {
  const electron = (await ensureSystemPackages()) ? await ensureElectron() : null;
  if (electron === null) return void (process.exitCode = 1);
  const obstacle = isRoot() ? null : sandboxObstacle(electron.folder);
  if (obstacle !== null) {
    await runHeadless(
      `Electron cannot make its sandbox here; to have the window, switch on: ${obstacle}. Running the crew without a window.`,
    );
  } else if (!(await ensureBuilt(ALL_PARTS))) process.exitCode = 1;
  else open(electron.executable);
}

/** @param {string} executable */
function open(executable) {
  const switches = isRoot() ? ['--no-sandbox'] : [];
  if (isRoot()) say('Running as root, where Electron cannot make its sandbox: --no-sandbox is added.');
  handOnSignals(spawn(executable, [...switches, ROOT, file], { cwd: ROOT, stdio: 'inherit' }));
}

/** The command runs in this process, so that Ctrl+C and the exit code are its own. @param {string} why */
async function runHeadless(why) {
  say(why);
  if (!(await ensureBuilt(COMMAND_PARTS))) return void (process.exitCode = 1);
  const command = join(ROOT, 'dist', 'node', 'cli.js');
  process.argv.splice(1, process.argv.length, command, 'run', file, '--export-below', exportsFolder());
  await import(pathToFileURL(command).href);
}
