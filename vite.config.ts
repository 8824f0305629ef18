import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions } from 'vite';

const here = (path: string) => resolve(import.meta.dirname, path);
/** Loaded at run time: what Node and Electron bring along, and the databases with a native or compiled library. */
const EXTERNAL = [...builtinModules, /^node:/, 'electron', /^@duckdb\//, 'node-sqlite3-wasm'];

/**
 * One entry bundled into one file, and what it imports later into further files next to it: a process starts as fast as
 * it reads its first file.
 */
function bundle(folder: string, name: string, entry: string, target: string, format: 'es' | 'cjs'): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true },
    build: {
      outDir: here(folder),
      emptyOutDir: false,
      copyPublicDir: false,
      target,
      minify: false,
      rolldownOptions: {
        input: here(entry),
        external: EXTERNAL,
        output: {
          format,
          entryFileNames: name,
          chunkFileNames: `${name.replace(/\.c?js$/, '')}-[name].js`,
          codeSplitting: format === 'es',
        },
      },
    },
  };
}

export default defineConfig({
  root: here('renderer'),
  plugins: [react()],
  worker: { format: 'es' },
  // The oldest runtimes that the application runs on: Node 20, and Electron 33 with Chrome 130.
  environments: {
    cli: bundle('dist/node', 'cli.js', 'app/cli/cli.ts', 'node20', 'es'),
    command: bundle('dist/node', 'command.js', 'app/cli/in-process.ts', 'node20', 'es'),
    slot: bundle('dist/node', 'slot.js', 'app/slot/slot.ts', 'node20', 'es'),
    sandbox: bundle('dist/node', 'sandbox.js', 'app/tools/sandbox/thread.ts', 'node20', 'es'),
    expressions: bundle('dist/node', 'expressions.js', 'app/base/expressions/thread.ts', 'node20', 'es'),
    sqlite: bundle('dist/node', 'sqlite.js', 'app/tools/sqlite/thread.ts', 'node20', 'es'),
    documents: bundle('dist/node', 'documents.js', 'app/tools/documents/worker.ts', 'node20', 'es'),
    main: bundle('dist/main', 'main.js', 'main/main.ts', 'node20', 'es'),
    worker: bundle('dist/main', 'worker.js', 'main/worker.ts', 'node20', 'es'),
    preload: bundle('dist/preload', 'preload.cjs', 'preload/preload.ts', 'chrome130', 'cjs'),
    client: {
      build: {
        outDir: here('dist/renderer'),
        emptyOutDir: true,
        target: 'chrome130',
        // A data: URL would need a wider content security policy.
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 4000,
      },
    },
  },
  builder: {},
  // For `npm run dev` alone: the page's sources lie beside its own folder too.
  server: { host: '127.0.0.1', fs: { allow: [here('.')] } },
});
