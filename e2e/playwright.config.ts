import { join } from 'node:path';
import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.test.ts',
  // It makes a packaged application of Electron by renaming it; elsewhere that is a bundle, which is signed.
  testIgnore: process.platform === 'linux' ? [] : ['hardened.test.ts'],
  outputDir: join(import.meta.dirname, '..', 'test-results'),
  // Each worker has an application of its own, which the tests of a worker share. A test waits more than it computes: two
  // of them take less time than one after the other, also on two cores.
  workers: 2,
  // Ceilings against hanging, in one place: tests wait for conditions, and a busy machine may need minutes for a run.
  timeout: 600_000,
  expect: { timeout: 180_000, toPass: { timeout: 180_000 } },
  forbidOnly: true,
  retries: 0,
});
