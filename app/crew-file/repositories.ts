import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRepositoryMetadata, plainName } from '../../shared/crew/plain-name.ts';

/** The number of entries that are searched before a folder counts as too large. */
const MOST_ENTRIES = 50_000;

/**
 * Returns why a crew file cannot name a folder as its workspace, as the end of a sentence, or null.
 * @param path a real path; the folder may be missing
 */
export async function repositoryProblem(path: string): Promise<string | null> {
  if (path.split(/[/\\]/).some(isRepositoryMetadata)) return 'is inside the metadata of a repository';
  for (let folder = path; ; folder = dirname(folder)) {
    if (isMetadata((await entriesOf(folder)).map(({ name }) => name))) return 'is inside the metadata of a repository';
    if (folder === dirname(folder)) break;
  }
  return containsRepository(path);
}

async function containsRepository(path: string): Promise<string | null> {
  const folders = [path];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await entriesOf(folder);
    seen += entries.length;
    if (seen > MOST_ENTRIES) return `has more than ${MOST_ENTRIES} entries, too many to look for a repository in it`;
    const names = entries.map(({ name }) => name);
    if (names.some(isRepositoryMetadata) || isMetadata(names)) return 'contains a repository';
    for (const entry of entries) if (entry.isDirectory()) folders.push(join(folder, entry.name));
  }
  return null;
}

/** Whether the entries of a folder are the metadata of a repository, as in a bare repository with any name. */
function isMetadata(names: readonly string[]): boolean {
  const plain = new Set(names.map(plainName));
  return ['head', 'objects', 'refs'].every((name) => plain.has(name));
}

async function entriesOf(folder: string) {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}
