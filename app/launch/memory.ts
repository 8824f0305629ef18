import type { Crew } from '../../shared/crew/schema.ts';
import { realPathOf } from '../base/contained-path.ts';
import { MemoryFile, memoryName } from '../knowledge/memory-file.ts';
import type { DataFolders } from './data-folder.ts';
import { originOf } from './trust/origin.ts';
import { readTrust } from './trust/trust-store.ts';

/** The crew file that a memory belongs to. `file`: its real path; null for a crew that was never saved. */
interface Owner {
  file: string | null;
  /** Whether the crew is foreign: it comes from elsewhere and is not trusted. */
  isForeign: boolean;
}

/** Returns the memory of a crew. It may not exist yet. */
export function memoryOf(
  { memory }: Pick<DataFolders, 'memory'>,
  crew: string,
  { file, isForeign }: Owner,
): MemoryFile {
  return new MemoryFile(memory, memoryName(crew, isForeign ? (file ?? '') : null));
}

/** Returns the memory that a run of a crew file would use. */
export async function memoryOfFile(
  folders: Pick<DataFolders, 'memory' | 'trustFile'>,
  crew: Crew,
  file: string | null,
): Promise<MemoryFile> {
  const isForeign = (await originOf(await readTrust(folders.trustFile), crew, file)) === 'foreign';
  return memoryOf(folders, crew.name, { file: file === null ? null : await realPathOf(file), isForeign });
}
