import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../../shared/crew/problem.ts';
import type { ExportedProject } from '../../../shared/import/export/export-crewai.ts';
import { FolderHandle } from '../../base/folder-handle.ts';
import { codeOf, writeFailure } from '../../base/system-error.ts';

/**
 * Writes the files of a project into a folder, which must be missing or empty. Returns the problem that kept it from being
 * written, or null.
 */
export async function writeProject(path: string, { files }: ExportedProject): Promise<Problem | null> {
  try {
    await mkdir(path, { recursive: true });
    if ((await readdir(path)).length > 0) {
      return problemOf('exists', `${path} is not empty. Choose another folder.`);
    }
    for (const [name, content] of Object.entries(files)) await writeFileBelow(path, name, content);
    return null;
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOTDIR')
      return problemOf('exists', `${path} is not a folder. Choose another path.`);
    return problemOf('unwritable', `Could not write the project to ${path}: ${writeFailure(error)}.`);
  }
}

async function writeFileBelow(root: string, name: string, content: object): Promise<void> {
  const steps = name.split('/');
  const folder = join(root, ...steps.slice(0, -1));
  await mkdir(folder, { recursive: true });
  const handle = await FolderHandle.open(folder, steps.length > 1 ? 'refuse' : 'follow');
  try {
    await handle.create(steps.at(-1) ?? name, `${JSON.stringify(content, null, 2)}\n`, 'default');
  } finally {
    await handle.close();
  }
}

function problemOf(code: string, message: string): Problem {
  return { code, message, path: '', line: 0, column: 0 };
}
