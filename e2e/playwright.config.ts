import { join } from 'node:path';
import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.test.ts',
  // It makes a packaged application of Electron by renaming it; elsewhere that is a bundle, which is signed.
  testIgnore: process.platform === 'linux' ? [] : ['hardened.test.ts'],
  outputDir: join(import.meta.dirname, '..', 'test-results'),
  // One window at a time: each starts up to nine processes of its own.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  retries: 0,
});
