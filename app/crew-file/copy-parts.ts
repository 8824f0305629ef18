import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { partsOf } from '../../shared/crew/link.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { createFile } from '../base/folder-handle.ts';
import { codeOf } from '../base/system-error.ts';
import { loadCrew } from './load.ts';
import { linkFromDisk } from './load-linked.ts';

/**
 * Copies the crew files that the tasks of a crew run next to a copy of the crew. Existing files remain.
 * @param from the crew file that they belong to
 * @param to the copy of this file
 * @returns the crews that were copied. Rejects with the system's error.
 */
export async function copyParts(crew: Crew, from: string, to: string): Promise<Crew[]> {
  const linked = await linkFromDisk(crew, from);
  const copied: Crew[] = [];
  for (const [path] of linked.ok ? partsOf(linked.crew) : []) {
    const target = join(dirname(to), path);
    await mkdir(dirname(target), { recursive: true });
    if (!(await isCreated(target, await readFile(join(dirname(from), path), 'utf8')))) continue;
    const loaded = await loadCrew(target);
    if (loaded.ok) copied.push(loaded.crew);
  }
  return copied;
}

async function isCreated(path: string, text: string): Promise<boolean> {
  try {
    await createFile(path, text, 'default');
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
