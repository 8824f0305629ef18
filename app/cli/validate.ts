import { readFile } from 'node:fs/promises';
import { placeProblems } from '../launch/place.ts';
import { checkNamed } from '../launch/runnable.ts';
import { loadProject } from '../project/load.ts';
import { EXIT, type ExitCode, type Surroundings } from './io.ts';
import { problemsJson, refuse } from './problems.ts';

/** `validate FILE [--json]`: every problem of a crew file, with its place. */
export async function validate({ io }: Surroundings, file: string, { json }: { json?: boolean }): Promise<ExitCode> {
  const loaded = await loadProject(file);
  if (!loaded.ok) return refuse(io, loaded.problems, { json, file });
  const problems = checkNamed(loaded.project);
  if (problems.length > 0) return refuse(io, placeProblems(await readFile(file, 'utf8'), problems), { json, file });
  const { agents, tasks } = loaded.project;
  io.stderr(`${file} is right: ${agents.length} agents, ${tasks.length} tasks.\n`);
  if (json) io.stdout(problemsJson([]));
  return EXIT.ok;
}
