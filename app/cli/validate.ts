import { dirname } from 'node:path';
import { checkSettings } from '../../shared/crew/check.ts';
import { checkFilledFiles, checkWarnings } from '../../shared/crew/check-filled.ts';
import { checkLane } from '../../shared/crew/lane-warning.ts';
import { countOf } from '../../shared/figures/format.ts';
import { loadCrew } from '../crew-file/load.ts';
import { readScripts } from '../crew-file/scripts.ts';
import { readCustomPrices } from '../launch/custom-prices.ts';
import { locateProblems } from '../launch/locate-problems.ts';
import { checkFileValues } from '../launch/runnable.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { problemOf, problemsJson, refuse, warn } from './problems.ts';

/** One row without values: the crew with its own inputs. */
const OWN_INPUTS = [{}];

/**
 * Runs `validate FILE [--json]`: prints every problem of a crew file with its location. Warnings alone do not make it
 * invalid.
 */
export async function validate(
  { io, folders }: CliContext,
  file: string,
  { json }: { json?: boolean },
): Promise<ExitCode> {
  const loaded = await loadCrew(file);
  if (!loaded.ok) return refuse(io, loaded.problems, { json, file });
  const own = await readCustomPrices(folders.pricesFile);
  if (!own.ok) return refuse(io, [problemOf('prices', own.message)], { json });
  const { crew } = loaded;
  const read = await readScripts(crew, dirname(file));
  const ofScripts = read.ok ? [] : read.problems;
  const errors = [
    ...checkFileValues(crew, own.prices),
    ...checkSettings(crew),
    ...checkFilledFiles(crew, OWN_INPUTS),
    ...ofScripts,
  ];
  const warnings = [...checkWarnings(crew, OWN_INPUTS), ...checkLane(crew)];
  const problems = locateProblems(loaded.text, [...errors, ...warnings]);
  if (errors.length > 0) return refuse(io, problems, { json, file });
  warn(io, problems, file);
  const { agents, tasks } = crew;
  const found = problems.length === 0 ? '' : `, ${countOf(problems.length, 'warning')}`;
  io.stderr(`${file} is valid: ${countOf(agents.length, 'agent')}, ${countOf(tasks.length, 'task')}${found}.\n`);
  if (json) io.stdout(problemsJson(problems));
  return EXIT.ok;
}
