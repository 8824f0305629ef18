import { join } from 'node:path';
import { ALL_PARTS, fingerprint, markBuilt, PARTS, stale } from './build-parts.mjs';
import { withLock } from './lock.mjs';
import { ensurePackages } from './packages.mjs';
import { log, ROOT } from './root.mjs';

/** @typedef {import('./build-parts.mjs').Part} Part */

// usage: node scripts/build.mjs [PART …]   builds the named parts, or all, where their sources have changed.
const named = process.argv.slice(2);
const parts = named.length === 0 ? ALL_PARTS : ALL_PARTS.filter((part) => named.includes(part));
process.exitCode = (await ensurePackages()) && (await build(parts)) ? 0 : 1;

/** @param {readonly Part[]} parts */
function build(parts) {
  return withLock('build', async () => {
    const needed = stale(parts);
    if (needed.length === 0) return true;
    log('Building …');
    const { createBuilder } = await import('vite');
    const builder = await createBuilder({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' });
    for (const part of needed) if (!(await buildPart(builder, part))) return false;
    return true;
  });
}

/** @param {import('vite').ViteBuilder} builder @param {Part} part */
async function buildPart(builder, part) {
  const environment = builder.environments[part];
  if (environment === undefined) throw new Error(`vite.config.ts has no environment ${part}`);
  // Computed before the build, so that files that are saved during the build are built the next time.
  const sources = fingerprint(part);
  try {
    await builder.build(environment);
  } catch (error) {
    log(`The build of ${PARTS[part].output} failed: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
  markBuilt(part, sources);
  return true;
}
