import { countOf } from '../../shared/figures/format.ts';
import { exportCrewai } from '../../shared/import/export/export-crewai.ts';
import { printableJson } from '../../shared/printable.ts';
import { writeProject } from '../crew-file/export/write-project.ts';
import { loadCrew } from '../crew-file/load.ts';
import { printReport } from './import.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { refuse } from './problems.ts';

/** Runs `export crewai FILE --out DIR`: writes a project of CrewAI, and prints what it cannot express. */
export async function exportToCrewai(
  { io }: CliContext,
  file: string,
  { out, json }: { out: string; json?: boolean },
): Promise<ExitCode> {
  const loaded = await loadCrew(file);
  if (!loaded.ok) return refuse(io, loaded.problems, { json, file });
  const project = exportCrewai(loaded.crew);
  const problem = await writeProject(out, project);
  if (problem !== null) return refuse(io, [problem], { json });
  io.stderr(
    `Exported ${countOf(loaded.crew.agents.length, 'agent')} and ${countOf(loaded.crew.tasks.length, 'task')} to ${out}.\n`,
  );
  printReport(io, project.report, 'Converted');
  if (json) io.stdout(`${printableJson(project.report, 2)}\n`);
  return EXIT.ok;
}
