import { rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A hook of electron-builder that runs after packing. Removes the default application of the copied Electron, which
 * would otherwise be shipped next to ours.
 * @param {import('electron-builder').AfterPackContext} context
 */
export default function afterPack({ appOutDir, packager }) {
  const resources = packager.getResourcesDir(appOutDir);
  for (const name of ['app', 'default_app.asar']) rmSync(join(resources, name), { recursive: true, force: true });
}
