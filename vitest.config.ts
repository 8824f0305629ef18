import { defineConfig } from 'vitest/config';

/** Files that need modules of their own: helpers that add hooks when a file imports them, module mocks, and pages. */
const ISOLATED = [
  '{main,renderer,chaos}/**/*.test.ts',
  'app/{cli,slot}/**/*.test.ts',
  'app/reports/mermaid.test.ts',
  'scripts/guides.test.ts',
];

export default defineConfig({
  test: {
    // One worker per core; the default leaves one core idle, which is half of a machine with two.
    maxWorkers: '100%',
    // Ceilings against hanging, in one place: tests wait for conditions, and a busy machine needs several times as long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    projects: [
      {
        extends: true,
        // Starting a worker and loading the modules again would take longer than most of these files.
        test: {
          name: 'shared modules',
          isolate: false,
          include: ['{shared,app,scripts}/**/*.test.{ts,mjs}'],
          exclude: ISOLATED,
        },
      },
      { extends: true, test: { name: 'isolated', include: ISOLATED } },
    ],
  },
});
