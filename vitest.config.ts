import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,app,main,renderer,chaos,scripts}/**/*.test.{ts,mjs}'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
