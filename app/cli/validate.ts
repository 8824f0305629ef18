import { dirname } from 'node:path';
import { checkSettings } from '../../shared/crew/check.ts';
import { checkFilledFiles, checkWarnings } from '../../shared/crew/check-filled.ts';
import { checkLane } from '../../shared/crew/lane-warning.ts';
import { fileOf } from '../../shared/crew/link.ts';
import { countOf } from '../../shared/figures/format.ts';
import { loadLinkedCrew } from '../crew-file/load-linked.ts';
import { locateProblems } from '../crew-file/locate-problems.ts';
import { readScripts } from '../crew-file/scripts.ts';
import { readCustomPrices } from '../launch/custom-prices.ts';
import { checkKnowledge } from '../launch/knowledge.ts';
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
  const loaded = await loadLinkedCrew(file);
  if (!loaded.ok) return refuse(io, loaded.problems, { json, file });
  const own = await readCustomPrices(folders.pricesFile);
  if (!own.ok) return refuse(io, [problemOf('prices', own.message)], { json });
  const crew = fileOf(loaded.crew);
  const read = await readScripts(loaded.crew, dirname(file));
  const ofScripts = read.ok ? [] : read.problems;
  const errors = [
    ...checkFileValues(loaded.crew, own.prices),
    ...checkSettings(crew),
    ...checkFilledFiles(crew, OWN_INPUTS),
    ...ofScripts,
    ...(await checkKnowledge(crew, file)),
  ];
  const warnings = [...checkWarnings(loaded.crew, OWN_INPUTS), ...checkLane(crew)];
  const problems = locateProblems(loaded.text, [...errors, ...warnings]);
  if (errors.length > 0) return refuse(io, problems, { json, file });
  warn(io, problems, file);
  const { agents, tasks } = crew;
  const found = problems.length === 0 ? '' : `, ${countOf(problems.length, 'warning')}`;
  io.stderr(`${file} is valid: ${countOf(agents.length, 'agent')}, ${countOf(tasks.length, 'task')}${found}.\n`);
  if (json) io.stdout(problemsJson(problems));
  return EXIT.ok;
}
