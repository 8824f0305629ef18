import { countOf } from '../../shared/figures/format.ts';
import { checkWorkspaceName } from '../../shared/project/check.ts';
import { checkFilledFiles, checkWarnings } from '../../shared/project/check-filled.ts';
import { readOwnPrices } from '../launch/custom-prices.ts';
import { placeProblems } from '../launch/locate-problems.ts';
import { checkNamed } from '../launch/runnable.ts';
import { loadProject } from '../project/load.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { problemOf, problemsJson, refuse, warn } from './problems.ts';

/** The crew with its own inputs. */
const AS_IT_IS = [{}];

/** `validate FILE [--json]`: every problem of a crew file, with its location. Warnings alone do not make it invalid. */
export async function validate(
  { io, folders }: CliContext,
  file: string,
  { json }: { json?: boolean },
): Promise<ExitCode> {
  const loaded = await loadProject(file);
  if (!loaded.ok) return refuse(io, loaded.problems, { json, file });
  const own = await readOwnPrices(folders.pricesFile);
  if (!own.ok) return refuse(io, [problemOf('prices', own.message)], { json });
  const { project } = loaded;
  const errors = [
    ...checkNamed(project, own.prices),
    ...checkWorkspaceName(project),
    ...checkFilledFiles(project, AS_IT_IS),
  ];
  const problems = placeProblems(loaded.text, [...errors, ...checkWarnings(project, AS_IT_IS)]);
  if (errors.length > 0) return refuse(io, problems, { json, file });
  warn(io, problems, file);
  const { agents, tasks } = project;
  const found = problems.length === 0 ? '' : `, ${countOf(problems.length, 'warning')}`;
  io.stderr(`${file} is valid: ${countOf(agents.length, 'agent')}, ${countOf(tasks.length, 'task')}${found}.\n`);
  if (json) io.stdout(problemsJson(problems));
  return EXIT.ok;
}
