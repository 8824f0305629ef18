import { resolve } from 'node:path';
import { checkWarnings } from '../../shared/crew/check-filled.ts';
import { joinValues, type Values } from '../../shared/crew/placeholders.ts';
import type { Problem } from '../../shared/crew/problem.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { leadsBelow } from '../base/contained-path.ts';
import { loadLinkedCrew } from '../crew-file/load-linked.ts';
import { locateProblems } from '../crew-file/locate-problems.ts';
import type { ExportDestination } from '../launch/export-destination.ts';
import { checkExportTarget } from '../launch/export-target.ts';
import { exportGroup } from '../launch/group/export-group.ts';
import { type GroupRows, launchGroup } from '../launch/group/launch-group.ts';
import { missingInputs, unusedInputs } from '../launch/inputs/check-inputs.ts';
import type { Inputs } from '../launch/inputs/inputs.ts';
import { readInputs } from '../launch/inputs/read-inputs.ts';
import { chooseModels } from '../launch/models.ts';
import type { LaunchInput } from '../launch/prepare-launch.ts';
import { askInputs } from './ask-inputs.ts';
import { type CliContext, type ExitCode, type Io, reviewerOf } from './io.ts';
import { problemOf, refuse, warn } from './problems.ts';
import { chooseRecording, type RecordingOptions } from './recording.ts';
import { runToEnd } from './run-to-end.ts';
import { sendTraceOf, traceTarget } from './send-otlp.ts';

export interface RunOptions extends RecordingOptions {
  out?: string;
  /**
   * Reports are written to a new folder below this one, named after the crew and the date. Its path is printed last.
   */
  exportBelow?: string;
  slots?: number;
  budget?: number;
  budgetUsd?: number;
  budgetTokens?: number;
  provider?: string;
  baseUrl?: string;
  model?: string;
  inputs?: string;
  /** Values of `--input`. */
  input?: Values;
  workspace?: string;
  trust?: boolean;
  approveAll?: boolean;
  /** False with `--no-cache`. */
  cache?: boolean;
  /** The address of a collector. */
  otlp?: string;
  json?: boolean;
}

/** Runs `run FILE …`: executes a crew once, or once per row of a batch. */
export async function runCrew(context: CliContext, file: string, options: RunOptions): Promise<ExitCode> {
  const { io } = context;
  const { json } = options;
  const target = options.out === undefined ? null : await checkExportTarget(options.out);
  if (target !== null) return refuse(io, [problemOf('out', target)], { json });
  const read = await readCrewToRun(io, file, options);
  if (!read.ok) return read.code;
  const { loaded, inputs } = read;
  const chosen = await chooseRecording(options, loaded.text, inputs.kind === 'batch');
  if (!chosen.ok) return refuse(io, [problemOf('recording', chosen.message)], { json });
  for (const warning of chosen.warnings) io.stderr(`Warning: ${warning}\n`);
  const { recording } = chosen;
  // The recording answers in place of a person.
  const asked = recording?.mode === 'replay' ? { reviewer: 'person' as const, attended: false } : {};
  const launch = {
    ...(await launchOf(context, file, loaded, options)),
    ...(recording === null ? {} : { recording }),
    ...asked,
  };
  const trace = traceTarget(io, options.otlp);
  const afterwards = async (dir: string) => {
    await sendTraceOf(io, dir, trace);
    return (await exportTo(io, dir, destinationOf(options))) !== 'failed';
  };
  const rows: GroupRows =
    inputs.kind === 'batch' ? { kind: 'batch', values: inputs.rows } : { kind: 'run', values: inputs.values };
  const watched = recording?.mode === 'replay' ? { ...io, terminal: null } : io;
  return runToEnd(watched, (onFolder) => launchGroup({ ...launch, onFolder }, rows), { json, file, afterwards });
}

interface CrewToRun {
  loaded: { crew: Crew; text: string };
  inputs: Inputs;
}

/** Reads a crew and its inputs, and prints warnings and notes. If they cannot be used, prints why. */
export async function readCrewToRun(
  io: Io,
  file: string,
  options: Pick<RunOptions, 'inputs' | 'input' | 'json' | 'provider' | 'baseUrl' | 'model'>,
): Promise<({ ok: true } & CrewToRun) | { ok: false; code: ExitCode }> {
  const { inputs: inputsFile, json } = options;
  const refused = (problems: readonly Problem[]) => ({
    ok: false as const,
    code: refuse(io, inInputs(inputsFile, problems), { json }),
  });
  const read = inputsFile === undefined ? null : await readInputs(inputsFile);
  if (read && !read.ok) return refused(read.problems);
  const loaded = await loadLinkedCrew(file);
  if (!loaded.ok) return { ok: false, code: refuse(io, loaded.problems, { json, file }) };
  const { crew } = loaded;
  const inputs = await completed(io, crew, withValues(read?.inputs ?? NO_INPUTS, options.input ?? {}));
  const checked = checkInputs(crew, inputs);
  if (checked.problems.length > 0) return refused(checked.problems);
  const models = chooseModels(crew, modelsOf(options));
  const isReal = models.ok && !models.rehearsal;
  // In a run with a model, a missing input is a problem that the launch reports.
  const warnings = checked.warnings.filter(({ code }) => !isReal || code !== 'missing_input');
  warn(io, locateProblems(loaded.text, warnings), file);
  for (const note of checked.notes) io.stderr(`${note}\n`);
  return { ok: true, loaded, inputs };
}

function modelsOf({ provider, baseUrl, model }: Pick<RunOptions, 'provider' | 'baseUrl' | 'model'>) {
  return { provider: provider ?? null, baseUrl: baseUrl ?? null, model: model ?? null };
}

/** Options of a command that starts a crew. */
export type LaunchOptions = Omit<
  RunOptions,
  'out' | 'exportBelow' | 'inputs' | 'input' | 'json' | 'otlp' | keyof RecordingOptions
>;

/** Returns what a launch needs, from the crew in `file` and the options of the command. */
export async function launchOf(
  { io, folders, keyFor, versions, evaluator, makeHost, examples }: CliContext,
  file: string,
  { crew, text }: { crew: Crew; text: string },
  options: LaunchOptions,
): Promise<LaunchInput> {
  return {
    crew,
    crewText: text,
    file: resolve(file),
    shipped: await leadsBelow(examples, file),
    overrides: {
      slots: options.slots ?? null,
      budgetUsd: options.budgetUsd ?? options.budget ?? null,
      budgetTokens: options.budgetTokens ?? null,
      workspace: options.workspace === undefined ? null : ({ path: options.workspace, by: 'person' } as const),
      ...modelsOf(options),
      typedBaseUrl: options.baseUrl !== undefined,
    },
    keyFor,
    trust: options.trust === true,
    cache: options.cache !== false,
    reviewer: reviewerOf(io, options),
    attended: io.terminal !== null,
    folders,
    host: makeHost,
    startedAtMonotonicMs: performance.now(),
    versions,
    evaluator,
  };
}

/**
 * Adds the inputs file and the line to each message, because the locations refer to the inputs, not to the crew file.
 */
function inInputs(file = '', problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => {
    const line = problem.line === 0 ? '' : `, line ${problem.line}`;
    return { ...problem, message: `The inputs ${file}${line}: ${problem.message}` };
  });
}

const NO_INPUTS: Inputs = { kind: 'run', values: {} };

/** Adds values to a run, or to each row of a batch. */
function withValues(inputs: Inputs, values: Values): Inputs {
  return inputs.kind === 'run'
    ? { kind: 'run', values: joinValues(inputs.values, values) }
    : { ...inputs, rows: inputs.rows.map((row) => joinValues(row, values)) };
}

/** Adds the answers of the person at the terminal to the values of a run. */
async function completed(io: Io, crew: Crew, inputs: Inputs): Promise<Inputs> {
  return inputs.kind === 'batch'
    ? inputs
    : { kind: 'run', values: await askInputs({ io, crew, values: inputs.values }) };
}

function checkInputs(crew: Crew, inputs: Inputs): { problems: Problem[]; warnings: Problem[]; notes: string[] } {
  const rows: readonly Values[] = inputs.kind === 'batch' ? inputs.rows : [inputs.values];
  const notes = inputs.kind === 'batch' ? inputs.notes : [];
  return {
    problems: missingInputs(crew, rows),
    warnings: checkWarnings(crew, rows),
    notes: [...notes, ...unusedInputs(crew, rows)],
  };
}

function destinationOf({ out, exportBelow }: RunOptions): ExportDestination | null {
  if (out !== undefined) return { exact: out };
  return exportBelow === undefined ? null : { below: exportBelow };
}

/** Exports the reports of a run or batch and prints their folder, or why the export failed. Null exports nothing. */
export async function exportTo(io: Io, dir: string, destination: ExportDestination | null): Promise<'done' | 'failed'> {
  if (destination === null) return 'done';
  const exported = await exportGroup(dir, destination);
  if (!exported.ok) {
    io.stderr(`${exported.message}\n`);
    return 'failed';
  }
  io.stderr('Reports: ');
  if ('below' in destination) io.stdout(`${exported.folder}\n`);
  else io.stderr(`${exported.folder}\n`);
  return 'done';
}
