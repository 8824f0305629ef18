import { join } from 'node:path';
import { linkCrew, type ReadCrew, whyOf } from '../crew-file/link-crew.ts';
import { type LoadedCrew, loadCrew } from '../crew-file/load.ts';
import { crewCopies } from '../engine/journal/crew-copies.ts';
import { CREW_FILE } from '../engine/journal/storage.ts';

/** Reads the crew of a run or batch from its folder, with the copies of the crew files that its tasks run. */
export async function loadRunCrew(dir: string): Promise<LoadedCrew> {
  const loaded = await loadCrew(join(dir, CREW_FILE));
  if (!loaded.ok || !loaded.crew.tasks.some(({ crew }) => crew !== undefined)) return loaded;
  const linked = await linkCrew(loaded.crew, CREW_FILE, await readCopies(dir));
  return linked.ok ? { ...loaded, crew: linked.crew } : linked;
}

async function readCopies(dir: string): Promise<ReadCrew> {
  const copies = await crewCopies(dir);
  return async (path) => {
    const copy = copies?.get(path);
    if (copy === undefined) return { ok: false, why: `its copy is missing in the folder "crews" of ${dir}` };
    const loaded = await loadCrew(copy, 'complete', 'refuse');
    if (loaded.ok) return { ok: true, crew: loaded.crew };
    const [problem] = loaded.problems;
    return { ok: false, why: problem ? whyOf(problem) : `its copy in ${dir} cannot be read` };
  };
}
