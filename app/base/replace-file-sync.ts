import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PRIVATE_FILE } from './file-mode.ts';
import { NEW_FILE, partName } from './folder-handle.ts';
import { makePrivateFolderSync } from './private-folder.ts';
import { isUnsupported, withPath } from './system-error.ts';

/**
 * Writes a small private file in one step and creates its folder. A link under its name is replaced, not followed.
 * Throws the system's error, without any change.
 */
export function replaceFileSync(path: string, content: string): void {
  const folder = dirname(path);
  makePrivateFolderSync(folder);
  const part = join(folder, partName());
  try {
    writeNew(part, content);
    renameSync(part, join(folder, basename(path)));
  } catch (error) {
    rmSync(part, { force: true });
    throw withPath(error, path);
  }
}

function writeNew(path: string, content: string): void {
  const file = openSync(path, NEW_FILE, PRIVATE_FILE);
  try {
    setPrivate(file);
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function setPrivate(file: number): void {
  try {
    fchmodSync(file, PRIVATE_FILE);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  }
}
