import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,app,main,renderer,chaos,scripts}/**/*.test.{ts,mjs}'],
    // One worker per core; the default leaves one core idle, which is half of a machine with two.
    maxWorkers: '100%',
    // Ceilings against hanging, in one place: tests wait for conditions, and a busy machine needs several times as long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
