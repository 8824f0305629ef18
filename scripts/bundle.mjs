import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

/**
 * Bundles entries of the repository for Node, each as `NAME.js`. A single entry becomes a single file, as in the
 * application.
 * @param {string} folder @param {Readonly<Record<string, string>>} entries paths relative to the repository, by name
 * @param {{ emptyFolder?: boolean, externalPackages?: boolean }} [options] `externalPackages`: packages are not
 * bundled, but resolved from the folder
 */
export async function bundle(folder, entries, { emptyFolder = false, externalPackages = false } = {}) {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    ...(externalPackages ? {} : { ssr: { noExternal: true } }),
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: emptyFolder,
      copyPublicDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(ROOT, path)])),
        external: [...builtinModules, /^node:/, /^@duckdb\//],
        output: { format: 'es', entryFileNames: '[name].js', codeSplitting: Object.keys(entries).length > 1 },
      },
    },
  });
}
