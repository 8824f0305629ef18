import { join } from 'node:path';
import { ALL_PARTS, ensureBuilt } from './build-parts.mjs';
import { run, runNode } from './command.mjs';
import { ensureElectron, officialVersion } from './electron.mjs';
import { electronVersionWarning } from './electron-version.mjs';
import { ensurePackages } from './packages.mjs';
import { log, ROOT } from './root.mjs';
import { isRoot } from './sandbox.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

// Packages the application with the checkout's Electron into a folder, and starts it once.
const folder = await packApplication();
if (folder === null) process.exitCode = 1;
else process.stdout.write(`${folder}\n`);

/** @returns {Promise<string | null>} the packaged application's folder */
async function packApplication() {
  const electron = (await ensurePackages()) && (await ensureSystemPackages()) ? await ensureElectron() : null;
  if (electron === null || !(await ensureBuilt(ALL_PARTS))) return null;
  const other = electronVersionWarning(electron.version, officialVersion());
  if (other !== null) log(other);
  const builder = join(ROOT, 'node_modules', 'electron-builder', 'cli.js');
  const settings = [`-c.electronDist=${electron.folder}`, `-c.electronVersion=${electron.version}`];
  if ((await runNode([builder, '--dir', '--publish', 'never', ...settings])) !== 0) return null;
  const at = outputLocation();
  log(`Starting ${at.executable} …`);
  const switches = [
    ...(isRoot() ? ['--no-sandbox'] : []),
    ...(process.platform === 'linux' ? ['--ozone-platform=headless'] : []),
  ];
  // Discards Chromium's messages about the missing display.
  if ((await run(at.executable, [...switches, '--version'], { stdio: ['ignore', 2, 'ignore'] })) === 0)
    return at.folder;
  log('The packaged application does not start.');
  return null;
}

/** The folder into which electron-builder puts the application for this platform and processor. */
function outputLocation() {
  const arch = process.arch === 'x64' ? '' : `-${process.arch}`;
  switch (process.platform) {
    case 'darwin': {
      const folder = join(ROOT, 'release', `mac${arch}`);
      return { folder, executable: join(folder, 'Crewlane.app', 'Contents', 'MacOS', 'Crewlane') };
    }
    case 'win32': {
      const folder = join(ROOT, 'release', `win${arch}-unpacked`);
      return { folder, executable: join(folder, 'Crewlane.exe') };
    }
    default: {
      const folder = join(ROOT, 'release', `linux${arch}-unpacked`);
      return { folder, executable: join(folder, 'crewlane') };
    }
  }
}
