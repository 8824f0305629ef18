import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundleChaos } from './chaos-bundle.mjs';

const folder = mkdtempSync(join(tmpdir(), 'crewlane-chaos-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the bundle of the long chaos test contains no build script, because those find the repository by their own place', async () => {
  await bundleChaos(folder);
  const text = readFileSync(join(folder, 'main.js'), 'utf8');
  expect(text).toContain('// chaos/campaign.ts');
  expect(text.match(/^\/\/ scripts\/.*$/gm)).toBeNull();
});
