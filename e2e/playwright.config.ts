import { join } from 'node:path';
import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.test.ts',
  // The test builds a packaged application by renaming Electron's executable; on macOS that is a signed bundle.
  testIgnore: process.platform === 'linux' ? [] : ['hardening.test.ts'],
  outputDir: join(import.meta.dirname, '..', 'test-results'),
  // The tests of a worker share its application. A test waits more than it computes, so two workers are faster than one
  // even on two cores.
  workers: 2,
  // Generous timeouts: tests wait for conditions, and a busy machine may need minutes for a run.
  timeout: 600_000,
  expect: { timeout: 180_000, toPass: { timeout: 180_000 } },
  forbidOnly: true,
  retries: 0,
});
