import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { runNode } from './command.mjs';
import { ensurePackages } from './packages.mjs';
import { CACHE } from './root.mjs';
import { windowEnvironment } from './window-environment.mjs';

// usage: npm run test:chaos [-- --command KILLS] [-- --application KILLS]
// Kills the command, the application and their slots again and again at random moments, and checks that each run completes.
// CHAOS_SEED=… repeats the same crews, faults and plans. Only for Linux, because it reads `/proc`.
process.exitCode = (await ensurePackages()) && (await bundleChaos()) ? await runChaos() : 1;

async function runChaos() {
  const window = await windowEnvironment();
  if (window === null) return 1;
  const program = [join(CACHE, 'chaos', 'main.js'), ...process.argv.slice(2)];
  const code = await runNode(program, { stdio: ['ignore', 'inherit', 'inherit'], env: window.env });
  window.stop();
  return code;
}

/** Playwright is not bundled, because it loads files from its own folder. */
async function bundleChaos() {
  await bundle(join(CACHE, 'chaos'), { main: 'chaos/main.ts' }, { emptyFolder: true, externalPackages: true });
  return true;
}
