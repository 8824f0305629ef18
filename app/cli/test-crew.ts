import { fillPlaceholders, joinValues, type Values } from '../../shared/crew/placeholders.ts';
import { titleOf } from '../../shared/crew/titles.ts';
import { printableJson } from '../../shared/printable.ts';
import { DEFAULT_RUBRIC, type Rubric, rubricSchema } from '../../shared/scoring/rubric.ts';
import { type GivenScore, scoreIn, scoresOf } from '../../shared/scoring/scores.ts';
import { type JudgedResult, scoringCrew } from '../../shared/scoring/scoring-crew.ts';
import { readJsonFile } from '../base/json-file.ts';
import { loadBatch } from '../launch/group/batch-folder.ts';
import type { GroupHandle } from '../launch/group/group-handle.ts';
import { type GroupRows, launchGroup } from '../launch/group/launch-group.ts';
import { readRows } from '../launch/group/read-rows.ts';
import { loadRun } from '../launch/load-run.ts';
import type { LaunchInput, OnFolder } from '../launch/prepare-launch.ts';
import { type CliContext, EXIT, type ExitCode, type Io } from './io.ts';
import { problemOf, refuse } from './problems.ts';
import { type LaunchOptions, launchOf, type RunOptions, readCrewToRun } from './run.ts';
import { runToEnd } from './run-to-end.ts';
import { scoresText } from './scores-text.ts';

export interface TestOptions extends LaunchOptions, Pick<RunOptions, 'inputs' | 'input' | 'json'> {
  /** The number of runs. */
  runs: number;
  /** The model of the judge; absent: the model of the crew. */
  judge?: string;
  /** A JSON file with the criteria. */
  rubric?: string;
  /** The lowest mean score that passes. */
  min?: number;
}

/**
 * Runs `test FILE …`: runs a crew several times without its cache, lets a judge score each result, and prints the
 * scores. Both parts are ordinary runs, which `runs` lists.
 */
export async function testCrew(context: CliContext, file: string, options: TestOptions): Promise<ExitCode> {
  const { io } = context;
  const { json } = options;
  const rubric = await readRubric(options.rubric);
  if (!rubric.ok) return refuse(io, [problemOf('rubric', rubric.message)], { json });
  const read = await readCrewToRun(io, file, options);
  if (!read.ok) return read.code;
  const { loaded, inputs } = read;
  if (inputs.kind === 'batch') return refuse(io, [problemOf('inputs', ONE_SET_OF_VALUES)], { json });
  const launch = await launchOf(context, file, loaded, { ...options, cache: false });
  const values = Array.from({ length: options.runs }, () => inputs.values);
  const tested = await runIn(io, launch, { kind: 'batch', values }, { json, file });
  // A run with failed tasks is scored, too.
  if (tested.dir === null || (tested.code !== EXIT.ok && tested.code !== EXIT.failed)) return tested.code;
  const results = await resultsIn(tested.dir, joinValues(loaded.crew.inputs, inputs.values));
  if (typeof results === 'string') return refuse(io, [problemOf('run', results)], { json });
  const scored = await score(io, launch, results, { rubric: rubric.rubric, judge: options.judge, json });
  if (!scored.ok) return scored.code;
  const names = loaded.crew.tasks.map(({ name }) => name);
  const scores = { ...scoresOf(names, options.runs, scored.given), rehearsal: scored.rehearsal };
  io.stdout(json ? `${printableJson(scores, 2)}\n` : scoresText(loaded.crew, scores));
  const isBelow = options.min !== undefined && (scores.mean ?? 0) < options.min;
  if (isBelow) io.stderr(`The mean score is below ${options.min}.\n`);
  return isBelow ? EXIT.failed : tested.code;
}

const ONE_SET_OF_VALUES = 'A test uses one set of inputs. Give --inputs a JSON file with one object.';

async function readRubric(
  file: string | undefined,
): Promise<{ ok: true; rubric: Rubric } | { ok: false; message: string }> {
  if (file === undefined) return { ok: true, rubric: DEFAULT_RUBRIC };
  const read = await readJsonFile(file);
  if (!read.ok) return { ok: false, message: `The rubric ${file} cannot be used: ${read.reason}.` };
  const parsed = rubricSchema.safeParse(read.value);
  if (parsed.success) return { ok: true, rubric: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, message: `The rubric ${file}: ${issue?.path.join('.')}: ${issue?.message}` };
}

/** Runs to the end. `dir` is null if nothing was started. */
async function runIn(
  io: Io,
  launch: LaunchInput,
  rows: GroupRows,
  { json, ...options }: { json: boolean | undefined; file?: string },
): Promise<{ code: ExitCode; dir: string | null; rehearsal: boolean }> {
  const groups: Pick<GroupHandle, 'dir' | 'rehearsal'>[] = [];
  const start = async (onFolder: OnFolder) => {
    const launched = await launchGroup({ ...launch, onFolder }, rows);
    if (launched.ok) groups.push(launched.group);
    return launched;
  };
  const code = await runToEnd(io, start, { ...options, json: json ? 'refusals' : false });
  return { code, dir: groups[0]?.dir ?? null, rehearsal: groups[0]?.rehearsal ?? false };
}

/** Returns the results of all runs of a batch, or why they cannot be read. */
async function resultsIn(dir: string, values: Values): Promise<JudgedResult[] | string> {
  const loaded = await loadBatch(dir);
  if (!loaded.ok) return loaded.message;
  const { crew, record } = loaded;
  const results: JudgedResult[] = [];
  for await (const { figures, run } of readRows(dir, record, crew)) {
    for (const task of crew.tasks) {
      const text = run?.texts.get(task.name);
      if (text === undefined) continue;
      const { name, description, expected_output: expected } = task;
      const filled = {
        description: fillPlaceholders(description, values),
        expected: fillPlaceholders(expected, values),
      };
      results.push({ run: figures.row, task: name, title: titleOf(task), ...filled, text });
    }
  }
  return results;
}

/** Runs the judge over all results. A task that the judge could not score has no score. */
async function score(
  io: Io,
  launch: LaunchInput,
  results: readonly JudgedResult[],
  { rubric, judge, json }: { rubric: Rubric; judge: string | undefined; json: boolean | undefined },
): Promise<{ ok: true; given: GivenScore[]; rehearsal: boolean } | { ok: false; code: ExitCode }> {
  if (results.length === 0) return { ok: true, given: [], rehearsal: false };
  const { crew, values } = scoringCrew(launch.crew, rubric, results);
  const overrides = { ...launch.overrides, workspace: null, model: judge ?? launch.overrides.model };
  // The person has allowed the calls of the tested crew. The judge makes its calls to the same addresses.
  const { crewText: _text, ...rest } = launch;
  const input: LaunchInput = { ...rest, crew, file: null, shipped: false, origin: 'trusted', overrides };
  const { code, dir, rehearsal } = await runIn(io, input, { kind: 'run', values }, { json });
  if (dir === null || (code !== EXIT.ok && code !== EXIT.failed)) return { ok: false, code };
  const loaded = await loadRun(dir);
  if (!loaded.ok) return { ok: false, code: refuse(io, [problemOf('run', loaded.message)], { json }) };
  const { texts } = loaded.run;
  const given = results.flatMap(({ task, run }, at) => {
    const answer = texts.get(crew.tasks[at]?.name ?? '');
    const scored = answer === undefined ? null : scoreIn(answer, rubric);
    return scored === null ? [] : [{ task, run, score: scored }];
  });
  return { ok: true, given, rehearsal };
}
