import { basename } from 'node:path';
import type { Problem } from '../../../shared/crew/problem.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { unplaced } from '../../../shared/crew/unlocated-problem.ts';
import { importCrewai } from '../../../shared/import/crewai/import.ts';
import { importRcrewai } from '../../../shared/import/rcrewai/import.ts';
import type { ConversionReport } from '../../../shared/import/report.ts';
import { readTextFile } from '../../base/read-text-file.ts';
import { readJsoncProject } from './crewai-jsonc.ts';
import { readPythonProject } from './crewai-python.ts';
import { readRubyScript } from './rcrewai-script.ts';
import { MAX_FILE_BYTES, problemOf, SourceFolder } from './source-folder.ts';

export type ImportedCrew = { ok: true; crew: Crew; report: ConversionReport } | { ok: false; problems: Problem[] };

/** Reads the folder of a CrewAI project and translates it. Nothing of the project is executed. */
export async function importCrewaiFolder(path: string): Promise<ImportedCrew> {
  const opened = await SourceFolder.open(path);
  if (!opened.ok) return { ok: false, problems: [opened.problem] };
  const { folder } = opened;
  try {
    const read = (await readJsoncProject(folder)) ?? (await readPythonProject(folder));
    if (read === null) return { ok: false, problems: [notAProject(path)] };
    if (!read.ok) return read;
    const imported = importCrewai(read.project);
    return imported.ok ? imported : { ok: false, problems: imported.problems.map(unplaced) };
  } finally {
    await folder.close();
  }
}

function notAProject(path: string): Problem {
  return problemOf(
    'not_crewai',
    `${path} contains no crew.jsonc, and no crew.py with config/agents.yaml and config/tasks.yaml. Choose the folder of a CrewAI project.`,
  );
}

/** Reads a script of RCrewAI and translates it. Nothing of the script is executed. */
export async function importRcrewaiScript(path: string): Promise<ImportedCrew> {
  const read = await readTextFile(path, { maxBytes: MAX_FILE_BYTES });
  if (!read.ok) return { ok: false, problems: [problemOf('unreadable', `${path} could not be read: ${read.reason}.`)] };
  const project = readRubyScript(read.text, basename(path));
  if (project === null) {
    const message = `${path} creates no crew with RCrewAI::Crew.new. Choose another script.`;
    return { ok: false, problems: [problemOf('not_rcrewai', message)] };
  }
  const imported = importRcrewai(project);
  return imported.ok ? imported : { ok: false, problems: imported.problems.map(unplaced) };
}
