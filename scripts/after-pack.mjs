import { rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Called by electron-builder when an application has been packed: takes away the default application that the copied
 * Electron came with, which would stand beside ours.
 * @param {import('electron-builder').AfterPackContext} context
 */
export default function afterPack({ appOutDir, packager }) {
  const resources = packager.getResourcesDir(appOutDir);
  for (const name of ['app', 'default_app.asar']) rmSync(join(resources, name), { recursive: true, force: true });
}
