import { mkdir, mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** A new folder inside the repository, where what is bundled finds its packages. */
export async function bundleFolder(name: string): Promise<string> {
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  return mkdtemp(join(ROOT, '.cache', `test-${name}-`));
}

/** Bundles entries of the repository, by name, for processes of Node: `NAME.js` in the folder; one alone is one file, as built. */
export async function bundle(folder: string, entries: Readonly<Record<string, string>>): Promise<void> {
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(ROOT, path)])),
        external: [/^node:/, /^@duckdb\//],
        output: { format: 'es', entryFileNames: '[name].js', codeSplitting: Object.keys(entries).length > 1 },
      },
    },
  });
}
