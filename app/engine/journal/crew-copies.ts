import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { partsOf } from '../../../shared/crew/link.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { serializeCrew } from '../../../shared/crew/serialize.ts';
import { sha256 as sha256Schema } from '../../../shared/run/events/shapes.ts';
import { PRIVATE_FOLDER } from '../../base/file-mode.ts';
import { createFile } from '../../base/folder-handle.ts';
import { readJsonFile } from '../../base/json-file.ts';

/** The folder of a run with the crew files that its tasks run, each under the hash of its content. */
const COPIES_FOLDER = 'crews';
/** Names the copy of each crew file. */
const LIST_FILE = 'files.json';

const listSchema = z.record(z.string(), sha256Schema);

/** Stores the crew files that the tasks of a crew run in the folder of a run or batch. Without such files, writes nothing. */
export async function writeCrewCopies(dir: string, crew: Crew, redact: (text: string) => string): Promise<void> {
  const parts = partsOf(crew);
  if (parts.length === 0) return;
  const folder = join(dir, COPIES_FOLDER);
  await mkdir(folder, { mode: PRIVATE_FOLDER });
  const byHash = new Map(parts.map(([path, part]) => [part.sha256, { path, part }]));
  for (const [hash, { path, part }] of byHash)
    await createFile(join(folder, hash), redact(serializeCrew(relativeTo(path, part.crew))));
  const list = Object.fromEntries(parts.map(([path, { sha256 }]) => [path, sha256]));
  await createFile(join(folder, LIST_FILE), `${JSON.stringify(list, null, 2)}\n`);
}

/** Returns the path of the copy of each crew file, by the path of the file; null if there are none. */
export async function crewCopies(dir: string): Promise<ReadonlyMap<string, string> | null> {
  const read = await readJsonFile(join(dir, COPIES_FOLDER, LIST_FILE));
  const list = listSchema.safeParse(read.ok ? read.value : null);
  if (!list.success) return null;
  return new Map(Object.entries(list.data).map(([path, hash]) => [path, join(dir, COPIES_FOLDER, hash)]));
}

/** A file names other files from its own folder. */
function relativeTo(path: string, crew: Crew): Crew {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const tasks = crew.tasks.map((task) =>
    task.crew === undefined ? task : { ...task, crew: task.crew.slice(folder.length) },
  );
  const tools = crew.tools.map((tool) =>
    tool.script === undefined ? tool : { ...tool, script: tool.script.slice(folder.length) },
  );
  return { ...crew, tasks, tools };
}
