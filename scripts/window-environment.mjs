import { ALL_PARTS, ensureBuilt } from './build-parts.mjs';
import { hasDisplay, startVirtualDisplay } from './display.mjs';
import { ensureElectron } from './electron.mjs';
import { log, ROOT } from './root.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/** @typedef {{ env: NodeJS.ProcessEnv, stop: () => void }} WindowEnvironment */

/**
 * Prepares the environment of programs that start the application: the build, Electron, and a virtual display if the
 * machine has no display. The environment has them in `ROOT`, `CREWLANE_ELECTRON` and `DISPLAY`. Call `stop` when the
 * programs have exited.
 * @returns {Promise<WindowEnvironment | null>} null if something is missing, which has been reported on standard error
 */
export async function windowEnvironment() {
  const electron = (await ensureBuilt(ALL_PARTS)) && (await ensureSystemPackages()) ? await ensureElectron() : null;
  if (electron === null) return null;
  const env = { ...process.env, ROOT, CREWLANE_ELECTRON: electron.executable };
  if (hasDisplay()) return { env, stop: () => undefined };
  const server = await startVirtualDisplay();
  if (server !== null) return { env: { ...env, DISPLAY: server.display }, stop: server.stop };
  log('This machine has no display, and Xvfb could not be started. Install Xvfb, or set DISPLAY.');
  return null;
}
