import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { modelListText, SOURCE } from './model-list.ts';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

it('the prices and context windows are those of the installed package (npm run docs writes them)', async () => {
  const { devDependencies } = JSON.parse(readFileSync(path('package.json'), 'utf8'));
  expect(devDependencies[SOURCE.package]).toBe(SOURCE.version);
  await expect(modelListText()).toMatchFileSnapshot(path('app/models/model-list.json'));
});
