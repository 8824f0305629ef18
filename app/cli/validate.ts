import { readFile } from 'node:fs/promises';
import { checkWorkspaceName } from '../../shared/project/check.ts';
import { readOwnPrices } from '../launch/own-prices.ts';
import { placeProblems } from '../launch/place.ts';
import { checkNamed } from '../launch/runnable.ts';
import { loadProject } from '../project/load.ts';
import { countOf } from '../reports/format.ts';
import { EXIT, type ExitCode, type Surroundings } from './io.ts';
import { problemOf, problemsJson, refuse } from './problems.ts';

/** `validate FILE [--json]`: every problem of a crew file, with its place. */
export async function validate(
  { io, folders }: Surroundings,
  file: string,
  { json }: { json?: boolean },
): Promise<ExitCode> {
  const loaded = await loadProject(file);
  if (!loaded.ok) return refuse(io, loaded.problems, { json, file });
  const own = await readOwnPrices(folders.pricesFile);
  if (!own.ok) return refuse(io, [problemOf('prices', own.message)], { json });
  const { project } = loaded;
  const problems = [...checkNamed(project, own.prices), ...checkWorkspaceName(project)];
  if (problems.length > 0) return refuse(io, placeProblems(await readFile(file, 'utf8'), problems), { json, file });
  const { agents, tasks } = project;
  io.stderr(`${file} is right: ${countOf(agents.length, 'agent')}, ${countOf(tasks.length, 'task')}.\n`);
  if (json) io.stdout(problemsJson([]));
  return EXIT.ok;
}
