import { join } from 'node:path';
import { ROOT } from './root.mjs';

/** @param {string[]} path */
const installed = (...path) => join(ROOT, 'node_modules', ...path);

/** The programs that check and test the repository, as files that Node can run. */
export const TSC = installed('typescript', 'bin', 'tsc');
export const BIOME = installed('@biomejs', 'biome', 'bin', 'biome');
export const KNIP = installed('knip', 'bin', 'knip.js');
export const VITEST = installed('vitest', 'vitest.mjs');
export const PLAYWRIGHT = installed('playwright', 'cli.js');
export const PLAYWRIGHT_CONFIG = join(ROOT, 'e2e', 'playwright.config.ts');
