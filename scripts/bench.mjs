import { join } from 'node:path';
import { ensureBuilt } from './build-parts.mjs';
import { bundle } from './bundle.mjs';
import { runNode, runNpm } from './command.mjs';
import { ensurePackages, packagesFit } from './packages.mjs';
import { log, ROOT } from './root.mjs';

// usage: npm run bench [-- --quick]   compares the engine with others and writes bench/RESULTS.md; --quick only prints.
const FOLDER = join(ROOT, 'bench');
/** Disables the telemetry of the compared frameworks. */
const NO_TELEMETRY = { KAIBAN_TELEMETRY_OPT_OUT: 'true', MASTRA_TELEMETRY_DISABLED: '1', LANGSMITH_TRACING: 'false' };
process.exitCode = (await ready()) ? await measure() : 1;

function measure() {
  const env = { ...process.env, ...NO_TELEMETRY };
  return runNode([join(FOLDER, 'dist', 'bench.js'), ...process.argv.slice(2)], { env });
}

async function ready() {
  return (
    (await ensurePackages()) && (await ensureFrameworks()) && (await ensureBuilt(['slot'])) && (await bundleBench())
  );
}

/** The compared frameworks are installed only in `bench/`. */
async function ensureFrameworks() {
  if (packagesFit(FOLDER)) return true;
  log('Installing the compared frameworks (about a minute) …');
  return (await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: FOLDER })) === 0;
}

/** The engine as in the application: bundled into one file. */
async function bundleBench() {
  await bundle(join(FOLDER, 'dist'), { bench: 'bench/bench.ts' }, { emptyFolder: true });
  return true;
}
