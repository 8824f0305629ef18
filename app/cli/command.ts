import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { holdsCredentials } from '../../shared/project/address.ts';
import { cache } from './cache.ts';
import { doctor } from './doctor.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { problemOf, problemsJson } from './problems.ts';
import { type RerunOptions, rerun } from './rerun.ts';
import { type RunOptions, runCrew } from './run.ts';
import { report, resume, runs } from './runs.ts';
import { plan, simulateSlots } from './schedule.ts';
import { newFromTemplate, templates } from './templates.ts';
import { type TrustOptions, trust } from './trust.ts';
import { validate } from './validate.ts';

const MAX_SLOTS = 64;

/** Carries out one command. @param argv the arguments after the program's name */
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
    // Help that was asked for is an answer; an argument that is wrong or missing is a refusal, told already.
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
    .version(versions['crewlane'] ?? 'unknown', '--version', 'the version')
    .exitOverride()
    .showHelpAfterError('(use --help to list commands and options)')
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
  const answer = (command: Promise<ExitCode>) => command.then(ended);
  addRun(program, context, answer);
  program
    .command('validate <file>')
    .description('report every problem in a crew file, with its location')
    .option('--json', 'the problems as JSON')
    .action((file, options) => answer(validate(context, file, options)));
  program
    .command('plan <file>')
    .description('predicted schedule, critical path, lower bound')
    .option('--slots <n>', 'override settings.max_concurrent_tasks', slotNumber)
    .option('--json', 'the plan as JSON')
    .action((file, options) => answer(plan(context, file, options)));
  program
    .command('simulate <file>')
    .description('predicted makespan for each number of slots')
    .requiredOption('--slots <list>', 'numbers of slots, as 1,2,4,8', slotNumbers)
    .option('--json', 'the makespans as JSON')
    .action((file, options) => answer(simulateSlots(context, file, options)));
  program
    .command('report <run_dir>')
    .description('exports again from the folder of a run or a batch')
    .requiredOption('--out <dir>', 'exactly this folder: missing, empty, or an earlier export')
    .action((dir, options) => answer(report(context, dir, options.out)));
  program
    .command('resume <run_dir>')
    .description('resume an interrupted run or batch')
    .option('--budget <usd>', 'new total budget in US dollars', dollars)
    .option('--trust', 'trust the crew and allow what it needs, now and later')
    .option('--approve-all', 'reviews are approved without asking')
    .option('--json', 'the run as JSON, last, on standard output')
    .action((dir, options) => answer(resume(context, dir, options)));
  addRerun(program, context, answer);
  program
    .command('runs')
    .description('earlier runs')
    .option('--json', 'the runs as JSON')
    .action((options) => answer(runs(context, options)));
  program
    .command('cache')
    .description('list cached results')
    .option('--clear', 'removes them')
    .option('--json', 'as JSON')
    .action((options) => answer(cache(context, options)));
  program
    .command('new <template>')
    .description('a crew file from a template')
    .requiredOption('--out <file>', 'the new file')
    .action((name, options) => answer(newFromTemplate(context, name, options.out)));
  program
    .command('templates')
    .description('the templates')
    .action(() => answer(templates(context)));
  program
    .command('trust [path]')
    .description('trusts a crew file, or the crew files in a folder')
    .option('--list', 'list what you trust')
    .option('--revoke <path>', 'revoke trust in a crew file or a folder')
    .option('--workspace <dir>', 'let own and trusted crews use an existing folder as their workspace')
    .option('--any-name', 'with --workspace: let tools write every name there, such as package.json')
    .option('--json', 'the list, or the problems, as JSON')
    .action((path: string | undefined, options: TrustOptions) => answer(trust(context, path, options)));
  program
    .command('doctor')
    .description('what is installed, which providers answer, where things are kept')
    .action(() => answer(doctor(context)));
  return program;
}

function addRun(program: Command, context: CliContext, answer: (command: Promise<ExitCode>) => Promise<void>): void {
  const command = program.command('run <file>');
  command
    .description('runs a crew')
    .option('--out <dir>', 'reports into exactly this folder: missing, empty, or an earlier export')
    .addOption(new Option('--export-below <dir>', 'reports into a dated folder below this one').hideHelp())
    .option('--slots <n>', 'override settings.max_concurrent_tasks', slotNumber)
    .option('--budget <usd>', 'what it may cost, in place of settings.budget_usd', dollars)
    .option('--provider <name>', 'in place of the provider in the file')
    .option('--base-url <url>', 'address of an OpenAI-compatible server', (text) => webAddress(text, command))
    .option('--model <name>', 'in place of the model in the file')
    .option('--inputs <file>', 'values for {placeholders}: a JSON object for one run, a CSV or a JSON list for a batch')
    .option('--workspace <dir>', "the tools' folder")
    .option('--trust', 'trust the crew and allow what it needs, now and later')
    .option('--approve-all', 'reviews are approved without asking')
    .option('--no-cache', 'do not read or write the cache')
    .option('--json', 'the run as JSON, last, on standard output')
    .action((file: string, options: RunOptions) => answer(runCrew(context, file, options)));
}

function addRerun(program: Command, context: CliContext, answer: (command: Promise<ExitCode>) => Promise<void>): void {
  program
    .command('rerun <run_dir>')
    .description(
      'start a new run that repeats part of an earlier run and reuses the rest (default: repeat everything); with --failed also a new batch from an earlier batch',
    )
    .option('--failed', 'tasks with no result or a degraded one, and everything that depends on them')
    .option('--from <task>', 'this task and everything that depends on it')
    .option('--only <task>', 'this task alone')
    .option('--stale', 'what has changed in the crew file since, and everything that depends on it')
    .option('--out <dir>', 'reports into exactly this folder: missing, empty, or an earlier export')
    .option('--slots <n>', 'in place of the number that the run had', slotNumber)
    .option('--trust', 'trust the crew and allow what it needs, now and later')
    .option('--approve-all', 'reviews are approved without asking')
    .option('--no-cache', 'everything that is run again is asked anew')
    .option('--json', 'the run as JSON, last, on standard output')
    .action((dir: string, options: RerunOptions) => answer(rerun(context, dir, options)));
}

function slotNumber(text: string): number {
  const slots = Number(text);
  if (Number.isInteger(slots) && slots >= 1 && slots <= MAX_SLOTS) return slots;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_SLOTS}.`);
}

function slotNumbers(text: string): number[] {
  return text.split(',').map((part) => slotNumber(part.trim()));
}

function dollars(text: string): number {
  const usd = Number(text);
  if (Number.isFinite(usd) && usd > 0) return usd;
  throw new InvalidArgumentError('Must be an amount in US dollars greater than 0, such as 2.50.');
}

/** What is wrong with it is told without the address: a password may stand in it. */
function webAddress(text: string, command: Command): string {
  const refuse = (why: string) => command.error(`error: option '--base-url <url>' is invalid. ${why}`);
  if (holdsCredentials(text)) refuse('Give it without a user name and password: a key comes from the environment.');
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    refuse('Give an address that begins with http:// or https://.');
  return text;
}
