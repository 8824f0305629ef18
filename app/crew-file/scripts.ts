import type { Problem } from '../../shared/crew/problem.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { readGuidance } from '../../shared/crew/training.ts';
import { type NamedFile, type NamedFileRead, type NamedFiles, readNamedFile } from '../base/named-files.ts';

const MAX_BYTES = 1024 * 1024;
const UNSAVED: NamedFileRead = { ok: false, reason: 'its path is relative to the crew file. Save the crew first' };

export type ScriptsRead = { ok: true; scripts: NamedFiles } | { ok: false; problems: Problem[] };

/**
 * Reads the scripts of the tools of a crew, and its training file.
 * @param folder the folder of the crew file, or that of the copies in a run; null for a crew that was never saved
 */
export async function readScripts(
  { tools, settings }: Pick<Crew, 'tools' | 'settings'>,
  folder: string | null,
): Promise<ScriptsRead> {
  const scripts = new Map<string, NamedFile>();
  const problems: Problem[] = [];
  for (const [index, { name, script }] of tools.entries()) {
    if (script === undefined || scripts.has(script)) continue;
    const read = folder === null ? UNSAVED : await readNamedFile(folder, script, MAX_BYTES);
    if (read.ok) scripts.set(script, read.file);
    else {
      const message = `Tool "${name}": the script "${script}" cannot be read: ${read.reason}.`;
      problems.push({ code: 'script', message, path: `tools[${index}].script`, line: 0, column: 0 });
    }
  }
  const { training } = settings;
  if (training !== undefined) {
    const read = await readTraining(training, folder);
    if (read.ok) scripts.set(training, read.file);
    else {
      const message = `The training file "${training}" cannot be used: ${read.reason}.`;
      problems.push({ code: 'training', message, path: 'settings.training', line: 0, column: 0 });
    }
  }
  return problems.length === 0 ? { ok: true, scripts } : { ok: false, problems };
}

async function readTraining(training: string, folder: string | null): Promise<NamedFileRead> {
  const read = folder === null ? UNSAVED : await readNamedFile(folder, training, MAX_BYTES);
  const isUsable = !read.ok || readGuidance(read.file.text) !== null;
  return isUsable ? read : { ok: false, reason: 'it is not a file that "crewlane train" writes' };
}
