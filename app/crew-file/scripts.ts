import type { Problem } from '../../shared/crew/problem.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { type NamedFile, type NamedFiles, readNamedFile } from '../base/named-files.ts';

const MAX_BYTES = 1024 * 1024;

export type ScriptsRead = { ok: true; scripts: NamedFiles } | { ok: false; problems: Problem[] };

/**
 * Reads the scripts of the tools of a crew.
 * @param folder the folder of the crew file, or that of the copies in a run; null for a crew that was never saved
 */
export async function readScripts({ tools }: Pick<Crew, 'tools'>, folder: string | null): Promise<ScriptsRead> {
  const scripts = new Map<string, NamedFile>();
  const problems: Problem[] = [];
  for (const [index, { name, script }] of tools.entries()) {
    if (script === undefined || scripts.has(script)) continue;
    const read =
      folder === null
        ? { ok: false as const, reason: 'its path is relative to the crew file. Save the crew first' }
        : await readNamedFile(folder, script, MAX_BYTES);
    if (read.ok) scripts.set(script, read.file);
    else {
      const message = `Tool "${name}": the script "${script}" cannot be read: ${read.reason}.`;
      problems.push({ code: 'script', message, path: `tools[${index}].script`, line: 0, column: 0 });
    }
  }
  return problems.length === 0 ? { ok: true, scripts } : { ok: false, problems };
}
