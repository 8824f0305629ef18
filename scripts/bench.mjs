import { join } from 'node:path';
import { ensureBuilt } from './build-parts.mjs';
import { bundle } from './bundle.mjs';
import { runNode, runNpm } from './command.mjs';
import { ensurePackages, packagesFit } from './packages.mjs';
import { log, ROOT } from './root.mjs';

// usage: npm run bench [-- --quick]   measures the engine beside others and writes bench/RESULTS.md; --quick only says.
const FOLDER = join(ROOT, 'bench');
/** No peer tells its makers of the runs. */
const NO_TELEMETRY = { KAIBAN_TELEMETRY_OPT_OUT: 'true', MASTRA_TELEMETRY_DISABLED: '1', LANGSMITH_TRACING: 'false' };
process.exitCode = (await ready()) ? await measure() : 1;

function measure() {
  const env = { ...process.env, ...NO_TELEMETRY };
  return runNode([join(FOLDER, 'dist', 'bench.js'), ...process.argv.slice(2)], { env });
}

async function ready() {
  return (await ensurePackages()) && (await ensurePeers()) && (await ensureBuilt(['slot'])) && (await bundleBench());
}

/** The peers are installed in `bench/` alone. */
async function ensurePeers() {
  if (packagesFit(FOLDER)) return true;
  log('Installing the peers of the benchmark (about a minute) …');
  return (await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: FOLDER })) === 0;
}

/** The engine as it is in the application: bundled into one file. */
async function bundleBench() {
  await bundle(join(FOLDER, 'dist'), { bench: 'bench/bench.ts' }, { emptyFolder: true });
  return true;
}
