import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Crew } from '../../shared/crew/schema.ts';
import { firstNonFolder } from '../base/contained-path.ts';
import { messageOf } from '../base/system-error.ts';
import { type LinkedCrew, linkCrew, type ReadCrew, whyOf } from './link-crew.ts';
import { type LoadedCrew, loadCrew } from './load.ts';
import { locateProblems } from './locate-problems.ts';

/** Like `loadCrew`, with the crew files that the tasks of the crew run. */
export async function loadLinkedCrew(path: string): Promise<LoadedCrew> {
  const loaded = await loadCrew(path);
  if (!loaded.ok) return loaded;
  const linked = await linkFromDisk(loaded.crew, path);
  if (linked.ok) return { ...loaded, crew: linked.crew };
  return { ok: false, problems: locateProblems(loaded.text, linked.problems) };
}

/** Returns a crew with the crew files that its tasks run, which are below the folder of its own file. */
export function linkFromDisk(crew: Crew, file: string): Promise<LinkedCrew> {
  return linkCrew(crew, basename(file), readBelow(dirname(file)));
}

/** Reads crew files below a folder. A link could lead out of the folder, so none is followed. */
function readBelow(folder: string): ReadCrew {
  return async (path) => {
    try {
      const root = await realpath(folder);
      const file = join(root, path);
      const notFolder = await firstNonFolder(root, file);
      if (notFolder !== null && notFolder !== file)
        return { ok: false, why: 'a link or a file is in place of its folder' };
      const loaded = await loadCrew(file, 'complete', 'refuse');
      const [problem] = loaded.problems;
      if (loaded.ok) return { ok: true, crew: loaded.crew };
      return { ok: false, why: problem ? whyOf(problem) : 'it cannot be read' };
    } catch (error) {
      return { ok: false, why: messageOf(error) };
    }
  };
}
