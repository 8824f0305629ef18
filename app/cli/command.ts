import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { holdsCredentials } from '../../shared/crew/address.ts';
import { inputValue } from '../../shared/crew/input-value.ts';
import { joinValues, type Values } from '../../shared/crew/placeholders.ts';
import { HIGHEST_SCORE, LOWEST_SCORE } from '../../shared/scoring/scoring-crew.ts';
import { otlpTarget } from '../launch/otlp/otlp-target.ts';
import { cache } from './cache.ts';
import { doctor } from './doctor.ts';
import { exportToCrewai } from './export.ts';
import { type ExportOtlpOptions, exportOtlp } from './export-otlp.ts';
import { type ImportOptions, importFromCrewai, importFromRcrewai } from './import.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { type MemoryOptions, memory } from './memory.ts';
import { problemOf, problemsJson } from './problems.ts';
import { type RerunOptions, rerun } from './rerun.ts';
import { type RunOptions, runCrew } from './run.ts';
import { report, resume, runs } from './runs.ts';
import { plan, simulateSlots } from './schedule.ts';
import { newFromTemplate, templates } from './templates.ts';
import { type TestOptions, testCrew } from './test-crew.ts';
import { type TrainOptions, trainCrew } from './train-crew.ts';
import { type TrustOptions, trust } from './trust.ts';
import { validate } from './validate.ts';

const MAX_SLOTS = 64;
const MAX_TEST_RUNS = 100;

/** Runs one command. @param argv the arguments after the program name */
export async function runCommand(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = programOf(context, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Requested help is a success. A wrong or missing argument is a refusal that commander has already printed.
    if (error.exitCode === 0) return EXIT.ok;
    if (argv.includes('--json'))
      context.io.stdout(problemsJson([problemOf('usage', error.message.replace(/^error: /, ''))]));
    return EXIT.refused;
  }
}

/** Defines the commands and their options. @param ended is given the exit code of a command that has ended */
export function programOf(context: CliContext, ended: (code: ExitCode) => void): Command {
  const { io, versions } = context;
  const program = new Command('crewlane')
    .description('Run crews of agents in parallel and see why each task waited.')
    .version(versions['crewlane'] ?? 'unknown', '--version', 'show the version')
    .exitOverride()
    .showHelpAfterError('(use --help to list commands and options)')
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
  const answer = (command: Promise<ExitCode>) => command.then(ended);
  addRun(program, context, answer);
  program
    .command('validate <file>')
    .description('report every problem in a crew file, with its location')
    .option('--json', 'print the problems as JSON')
    .action((file, options) => answer(validate(context, file, options)));
  program
    .command('plan <file>')
    .description('predict the schedule, the critical path and the lower bound')
    .option('--slots <n>', 'override settings.max_concurrent_tasks', slotNumber)
    .option('--json', 'print the plan as JSON')
    .action((file, options) => answer(plan(context, file, options)));
  program
    .command('simulate <file>')
    .description('predict the makespan for each number of slots')
    .requiredOption('--slots <list>', 'numbers of slots, such as 1,2,4,8', slotNumbers)
    .option('--json', 'print the makespans as JSON')
    .action((file, options) => answer(simulateSlots(context, file, options)));
  program
    .command('report <run_dir>')
    .description('export the reports again from the folder of a run or a batch')
    .requiredOption('--out <dir>', 'folder for the reports: missing, empty, or an earlier export')
    .action((dir, options) => answer(report(context, dir, options.out)));
  program
    .command('resume <run_dir>')
    .description('resume an interrupted run or batch')
    .option('--budget <usd>', 'new total budget in US dollars', dollars)
    .option('--budget-usd <usd>', 'the same as --budget', dollars)
    .option('--budget-tokens <n>', 'new total budget in tokens', tokenNumber)
    .option('--trust', 'trust the crew and allow what it needs, now and later')
    .option('--approve-all', 'approve all reviews without asking')
    .option(...OTLP, traceAddress)
    .option('--json', 'print the run as JSON at the end of standard output')
    .action((dir, options) => answer(resume(context, dir, options)));
  addRerun(program, context, answer);
  addTest(program, context, answer);
  addTrain(program, context, answer);
  program
    .command('runs')
    .description('list earlier runs')
    .option('--json', 'print the runs as JSON')
    .action((options) => answer(runs(context, options)));
  program
    .command('cache')
    .description('list cached results')
    .option('--clear', 'remove all cached results')
    .option('--json', 'print the list as JSON')
    .action((options) => answer(cache(context, options)));
  program
    .command('memory <file>')
    .description('list what a crew remembers across runs, or delete items')
    .option('--list', 'list the items (default)')
    .option('--delete <id>', 'delete an item')
    .option('--clear', 'delete all items')
    .option('--json', 'print the items, or the number of deleted ones, as JSON')
    .action((file: string, options: MemoryOptions) => answer(memory(context, file, options)));
  program
    .command('new <template>')
    .description('create a crew file from a template')
    .requiredOption('--out <file>', 'path of the new file')
    .action((name, options) => answer(newFromTemplate(context, name, options.out)));
  program
    .command('templates')
    .description('list the templates')
    .action(() => answer(templates(context)));
  addImport(program, context, answer);
  addExport(program, context, answer);
  program
    .command('trust [path]')
    .description('trust a crew file, or all crew files in a folder')
    .option('--list', 'list what you trust')
    .option('--revoke <path>', 'revoke trust in a crew file or a folder')
    .option('--workspace <dir>', 'let own and trusted crews use an existing folder as their workspace')
    .option('--any-name', 'with --workspace: let tools write every name there, such as package.json')
    .option('--json', 'print the list or the problems as JSON')
    .action((path: string | undefined, options: TrustOptions) => answer(trust(context, path, options)));
  program
    .command('doctor')
    .description('show what is installed, which providers answer and where data is stored')
    .action(() => answer(doctor(context)));
  return program;
}

/** Adds the options of a command that starts a crew. `inputs` describes what the file of `--inputs` can contain. */
function addLaunchOptions(command: Command, inputs: string): Command {
  return command
    .option('--slots <n>', 'override settings.max_concurrent_tasks', slotNumber)
    .option('--budget <usd>', 'override settings.budget_usd', dollars)
    .option('--budget-usd <usd>', 'the same as --budget', dollars)
    .option('--budget-tokens <n>', 'override settings.budget_tokens', tokenNumber)
    .option('--provider <name>', 'override the provider in the file')
    .option('--base-url <url>', 'address of an OpenAI-compatible server', (text) => webAddress(text, command))
    .option('--model <name>', 'override the model in the file')
    .option('--inputs <file>', `values for {placeholders}: ${inputs}`)
    .option(
      '--input <name=value>',
      'a value for {name}: JSON, or else text; can be repeated, overrides --inputs',
      inputEntry,
    )
    .option('--workspace <dir>', 'folder in which tools work')
    .option('--trust', 'trust the crew and allow what it needs, now and later')
    .option('--approve-all', 'approve all reviews without asking');
}

function addRun(program: Command, context: CliContext, answer: (command: Promise<ExitCode>) => Promise<void>): void {
  const command = program
    .command('run <file>')
    .description('run a crew')
    .option('--out <dir>', 'write reports into this folder: missing, empty, or an earlier export')
    .addOption(new Option('--export-below <dir>', 'write reports into a dated folder below this one').hideHelp());
  addLaunchOptions(command, 'a JSON object for one run, a CSV or a JSON list for a batch')
    .option('--no-cache', 'do not read or write the cache')
    .option('--record <file>', 'record the answers of models, tools and people in this file')
    .option('--replay <file>', 'take the answers of models, tools and people from this recording, without a network')
    .option('--speed <factor>', 'how much faster than recorded a replay answers (default: 1); 0: without delay', speed)
    .option(...OTLP, traceAddress)
    .option('--json', 'print the run as JSON at the end of standard output')
    .action((file: string, options: RunOptions) => answer(runCrew(context, file, options)));
}

function addTest(program: Command, context: CliContext, answer: (command: Promise<ExitCode>) => Promise<void>): void {
  const command = program
    .command('test <file>')
    .description('run a crew several times, and let a judge score each result from 1 to 10')
    .requiredOption('-n, --runs <n>', `number of runs, 1 to ${MAX_TEST_RUNS}`, (text) =>
      wholeNumber(text, MAX_TEST_RUNS),
    )
    .option('--judge <model>', 'model of the judge (default: the model of the crew)')
    .option('--rubric <file>', 'JSON file with the criteria: { "criteria": [{ "name", "description", "weight" }] }')
    .option('--min <score>', 'exit with 1 if the mean score is lower', score);
  addLaunchOptions(command, 'a JSON object')
    .option('--json', 'print the scores as JSON')
    .action((file: string, options: TestOptions) => answer(testCrew(context, file, options)));
}

function addTrain(program: Command, context: CliContext, answer: (command: Promise<ExitCode>) => Promise<void>): void {
  const command = program
    .command('train <file>')
    .description('run a crew several times, review each result at the terminal, and store your remarks as guidance')
    .requiredOption('-n, --runs <n>', `number of runs, 1 to ${MAX_TEST_RUNS}`, (text) =>
      wholeNumber(text, MAX_TEST_RUNS),
    )
    .requiredOption('--out <file>', 'training file for settings.training; guidance is added to an existing one');
  addLaunchOptions(command, 'a JSON object').action((file: string, options: TrainOptions) =>
    answer(trainCrew(context, file, options)),
  );
}

function addRerun(program: Command, context: CliContext, answer: (command: Promise<ExitCode>) => Promise<void>): void {
  program
    .command('rerun <run_dir>')
    .description(
      'start a new run that repeats part of an earlier run and reuses the rest (default: repeat everything); with --failed also a new batch from an earlier batch',
    )
    .option('--failed', 'repeat tasks with no result or a degraded one, and everything that depends on them')
    .option('--from <task>', 'repeat this task, or an item such as chapter#2, and everything that depends on it')
    .option('--only <task>', 'repeat only this task or item')
    .option(
      '--stale',
      'repeat tasks that changed in the crew file or read changed files, and everything that depends on them',
    )
    .option('--out <dir>', 'write reports into this folder: missing, empty, or an earlier export')
    .option('--slots <n>', 'override the number of slots of the earlier run', slotNumber)
    .option('--trust', 'trust the crew and allow what it needs, now and later')
    .option('--approve-all', 'approve all reviews without asking')
    .option('--no-cache', 'do not read or write the cache')
    .option(...OTLP, traceAddress)
    .option('--json', 'print the run as JSON at the end of standard output')
    .action((dir: string, options: RerunOptions) => answer(rerun(context, dir, options)));
}

function addImport(program: Command, context: CliContext, answer: (command: Promise<ExitCode>) => Promise<void>): void {
  const formats = program.command('import').description('make a crew file from a project of another framework');
  formats
    .command('crewai <dir>')
    .description(
      'import a project of CrewAI: crew.jsonc with agents/*.jsonc, or crew.py with agents.yaml and tasks.yaml',
    )
    .requiredOption('--out <file>', 'path of the new crew file')
    .option('--replace', 'replace the file if it exists')
    .option('--json', 'print what was converted and left out as JSON')
    .action((dir: string, options: ImportOptions) => answer(importFromCrewai(context, dir, options)));
  formats
    .command('rcrewai <file>')
    .description('import a script of RCrewAI: what it creates with .new and sets in configure')
    .requiredOption('--out <file>', 'path of the new crew file')
    .option('--replace', 'replace the file if it exists')
    .option('--json', 'print what was converted and left out as JSON')
    .action((file: string, options: ImportOptions) => answer(importFromRcrewai(context, file, options)));
}

function addExport(program: Command, context: CliContext, answer: (command: Promise<ExitCode>) => Promise<void>): void {
  const formats = program.command('export').description('write a crew for another framework, or the trace of a run');
  formats
    .command('crewai <file>')
    .description('write a crew as a project of CrewAI: crew.jsonc with agents/*.jsonc')
    .requiredOption('--out <dir>', 'folder of the project: missing or empty')
    .option('--json', 'print what was left out as JSON')
    .action((file: string, options: { out: string; json?: boolean }) => answer(exportToCrewai(context, file, options)));
  formats
    .command('otlp <run_dir>')
    .description('send the trace of a run or batch to an OpenTelemetry collector, or write it to a file')
    .option('--to <url>', 'address of the collector, such as http://127.0.0.1:4318', traceAddress)
    .option('--out <file>', 'write the trace to this file as OTLP JSON')
    .option('--json', 'print problems as JSON')
    .action((dir: string, options: ExportOtlpOptions) => answer(exportOtlp(context, dir, options)));
}

const OTLP = ['--otlp <url>', 'send a trace to this OpenTelemetry collector after the run (OTLP)'] as const;

/** Checks the address of a collector. */
function traceAddress(text: string): string {
  const checked = otlpTarget(text, {});
  if (!checked.ok) throw new InvalidArgumentError(checked.message);
  return text;
}

function speed(text: string): number {
  const factor = Number(text);
  if (text.trim() === '' || !Number.isFinite(factor) || factor < 0)
    throw new InvalidArgumentError('Give a factor, such as 2, or 0 for no delay.');
  return factor;
}

function slotNumber(text: string): number {
  return wholeNumber(text, MAX_SLOTS);
}

/** Returns a whole number from 1 to `most`. */
function wholeNumber(text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new InvalidArgumentError(`Must be a whole number from 1 to ${most}.`);
}

function score(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= LOWEST_SCORE && number <= HIGHEST_SCORE) return number;
  throw new InvalidArgumentError(`Must be a number from ${LOWEST_SCORE} to ${HIGHEST_SCORE}.`);
}

function slotNumbers(text: string): number[] {
  return text.split(',').map((part) => slotNumber(part.trim()));
}

function tokenNumber(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('Must be a number of tokens greater than 0, such as 200000.');
}

function dollars(text: string): number {
  const usd = Number(text);
  if (Number.isFinite(usd) && usd > 0) return usd;
  throw new InvalidArgumentError('Must be an amount in US dollars greater than 0, such as 2.50.');
}

/** Adds an entry to the values of `--input`. The name ends at the first `=`. */
function inputEntry(text: string, before: Values = {}): Values {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/su.exec(text) ?? [];
  if (name.trim() === '') throw new InvalidArgumentError('Write it as NAME=VALUE, such as topic=bees.');
  return joinValues(before, { [name.trim()]: inputValue(value) });
}

/** Checks an address. Errors do not quote it, because it may contain a password. */
function webAddress(text: string, command: Command): string {
  const refuse = (why: string) => command.error(`error: option '--base-url <url>' is invalid. ${why}`);
  if (holdsCredentials(text)) refuse('Remove the user name, password or key: a key comes from the environment.');
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    refuse('The address must begin with http:// or https://.');
  return text;
}
