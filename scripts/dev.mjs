import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { ALL_PARTS, ensureBuilt, stale } from './build-parts.mjs';
import { ensureElectron } from './electron.mjs';
import { ensurePackages } from './packages.mjs';
import { log, ROOT } from './root.mjs';
import { isRoot } from './sandbox.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

// Runs the application from its sources: the page updates when its files change; main and the slots are rebuilt and
// restarted.
// usage: node scripts/dev.mjs [ARGUMENT …]   passes the arguments to the application.

const WATCHED = ['shared', 'app', 'main', 'preload'];
/** Changes within this time cause one build: an editor writes a file in several steps. */
const SETTLE_MS = 100;
/** The page is not built: Vite serves it from its sources. */
const BUILT = ALL_PARTS.filter((part) => part !== 'client');

/** @type {import('node:child_process').ChildProcess | null} */
let application = null;
/** @type {NodeJS.Timeout | undefined} */
let timer;

const electron = (await ensurePackages()) && (await ensureSystemPackages()) ? await ensureElectron() : null;
if (electron !== null && (await ensureBuilt(BUILT))) await develop(electron.executable);
else process.exitCode = 1;

/** @param {string} executable */
async function develop(executable) {
  const { createServer } = await import('vite');
  const server = await createServer({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
  await server.listen();
  const url = server.resolvedUrls?.local[0]?.replace(/\/$/, '');
  if (url === undefined) throw new Error('Vite does not serve the page');
  log(`The page is served at ${url}. Press Ctrl+C to stop.`);
  start(executable, url);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => application?.kill());
  for (const folder of WATCHED) {
    watch(join(ROOT, folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => void restart(executable, url), SETTLE_MS);
    });
  }
}

/** @param {string} executable @param {string} url */
async function restart(executable, url) {
  if (stale(BUILT).length === 0 || !(await ensureBuilt(BUILT))) return;
  const old = application;
  if (old === null || old.exitCode !== null) return start(executable, url);
  old.removeAllListeners('exit');
  old.once('exit', () => start(executable, url));
  old.kill();
}

/** @param {string} executable @param {string} url */
function start(executable, url) {
  const args = [...(isRoot() ? ['--no-sandbox'] : []), ROOT, ...process.argv.slice(2)];
  application = spawn(executable, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, CREWLANE_DEV_SERVER: url },
  });
  // Closing the window ends the command.
  application.once('exit', (code) => process.exit(code ?? 1));
}
