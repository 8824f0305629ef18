import { join } from 'node:path';
import { ALL_PARTS, ensureBuilt } from './build-parts.mjs';
import { bundle } from './bundle.mjs';
import { runNode } from './command.mjs';
import { hasDisplay, startVirtualDisplay } from './display.mjs';
import { ensureElectron } from './electron.mjs';
import { ensurePackages } from './packages.mjs';
import { CACHE, ROOT, say } from './root.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

// usage: npm run test:chaos [-- --command KILLS] [-- --application KILLS]
// Kills the command, the application and their slots again and again at random moments, and sees each run to its end.
// CHAOS_SEED=… has the same crews, faults and plans again. From `/proc`, so for Linux alone.
process.exitCode =
  (await ensurePackages()) && (await ensureBuilt(ALL_PARTS)) && (await bundleChaos()) ? await runChaos() : 1;

async function runChaos() {
  const electron = (await ensureSystemPackages()) ? await ensureElectron() : null;
  const server = hasDisplay() ? undefined : await startVirtualDisplay();
  if (electron === null || server === null) {
    say(
      'The application cannot be shown here, so it cannot be killed. Install Xvfb, or run this where there is a display.',
    );
    return 1;
  }
  const display = server ? { DISPLAY: server.display } : {};
  const env = { ...process.env, ...display, ROOT, CREWLANE_ELECTRON: electron.executable };
  const program = [join(CACHE, 'chaos', 'main.js'), ...process.argv.slice(2)];
  const code = await runNode(program, { stdio: ['ignore', 'inherit', 'inherit'], env });
  server?.stop();
  return code;
}

/** Playwright stays a package: it finds its own files beside it. */
async function bundleChaos() {
  await bundle(join(CACHE, 'chaos'), { main: 'chaos/main.ts' }, { emptyFolder: true, packagesStay: true });
  return true;
}
