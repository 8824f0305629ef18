import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => resolve(import.meta.dirname, path);
const NODE = [...builtinModules, /^node:/, 'electron', /^@duckdb\//];

/** A bundle for Node, each entry in as few files as may be: what a slot loads at its start is what its start costs. */
const forNode = (outDir: string, input: Record<string, string>) => ({
  consumer: 'server' as const,
  resolve: { external: true as const, noExternal: true as const, conditions: ['node', 'module', 'default'] },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    rolldownOptions: { input, external: NODE, output: { format: 'es' as const, entryFileNames: '[name].js', chunkFileNames: 'chunk-[hash].js' } },
  },
});

export default defineConfig({
  root: here('renderer'),
  plugins: [react()],
  worker: { format: 'es' },
  environments: {
    client: {
      build: { outDir: here('dist/renderer'), emptyOutDir: true, target: 'chrome130', assetsInlineLimit: 0, chunkSizeWarningLimit: 4000 },
    },
    main: forNode(here('dist/main'), { main: here('main/main.ts') }),
    node: forNode(here('dist/node'), { slot: here('app/slot/slot.ts'), cli: here('app/cli/cli.ts') }),
    preload: {
      consumer: 'server',
      resolve: { noExternal: true },
      build: {
        outDir: here('dist/preload'),
        emptyOutDir: true,
        target: 'chrome130',
        minify: false,
        rolldownOptions: { input: here('preload/preload.ts'), external: ['electron'], output: { format: 'cjs', entryFileNames: 'preload.cjs' } },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      await Promise.all(Object.values(builder.environments).map((environment) => builder.build(environment)));
    },
  },
});
