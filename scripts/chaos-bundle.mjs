import { bundle } from './bundle.mjs';

/**
 * Bundles the long chaos test as `main.js`. Packages are not bundled, because Playwright loads files from its own folder.
 * @param {string} folder
 */
export function bundleChaos(folder) {
  return bundle(folder, { main: 'chaos/main.ts' }, { emptyFolder: true, externalPackages: true });
}
