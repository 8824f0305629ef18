import { join } from 'node:path';
import { bundleChaos } from './chaos-bundle.mjs';
import { runNode } from './command.mjs';
import { ensurePackages } from './packages.mjs';
import { CACHE } from './root.mjs';
import { windowEnvironment } from './window-environment.mjs';

// usage: npm run test:chaos [-- --command KILLS] [-- --application KILLS]
// Kills the command, the application and their slots again and again at random moments, and checks that each run completes.
// CHAOS_SEED=… repeats the same crews, faults and plans. Only for Linux, because it reads `/proc`.
const FOLDER = join(CACHE, 'chaos');
process.exitCode = (await ensurePackages()) && (await bundled()) ? await runChaos() : 1;

async function runChaos() {
  const window = await windowEnvironment();
  if (window === null) return 1;
  const program = [join(FOLDER, 'main.js'), ...process.argv.slice(2)];
  const code = await runNode(program, { stdio: ['ignore', 'inherit', 'inherit'], env: window.env });
  window.stop();
  return code;
}

async function bundled() {
  await bundleChaos(FOLDER);
  return true;
}
