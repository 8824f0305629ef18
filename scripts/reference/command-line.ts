import type { Argument, Command } from 'commander';
import { programOf } from '../../app/cli/command.ts';
import { type CliContext, EXIT } from '../../app/cli/io.ts';
import { dataFolders } from '../../app/launch/data-folder.ts';
import { table } from './fields.ts';

/** The reference page of the command line, made from the definition that parses it. */
export function commandLinePage(): string {
  const program = programOf(DEFINITION_ONLY, () => undefined);
  return [INTRODUCTION, exitCodes(), '## Commands\n', ...program.commands.flatMap(sections)].join('\n');
}

/** The sections of a command: one for each command below it, such as `import crewai`. */
function sections(command: Command): string[] {
  const below = command.commands.map((each) => section(each, `${command.name()} ${each.name()}`));
  return below.length > 0 ? below : [section(command, command.name())];
}

function section(command: Command, name: string): string {
  const usage = ['crewlane', name, ...command.registeredArguments.map(argumentText), '[options]'].join(' ');
  const options = command.options.filter(({ hidden }) => !hidden);
  const rows = options.map((option) => [
    `\`${option.flags}\`${option.mandatory ? ', required' : ''}`,
    sentence(option.description),
  ]);
  const lines = [`### ${name}`, sentence(command.description()), `\`\`\`sh\n${usage}\n\`\`\``];
  return `${lines.join('\n\n')}\n${rows.length === 0 ? '' : `\n${table(['option', 'meaning'], rows)}`}`;
}

function argumentText(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'The run completed, or the command did what it was asked to do.',
  failed: 'The run ended, but not every task completed: `completed_degraded`, `failed` or `cancelled`.',
  refused: 'The input is invalid, a key is missing, or trust is missing. Nothing was started.',
  interrupted:
    'The run was interrupted and can be resumed. The reason is a signal, a full disk, the budget or a review.',
  bug: 'A bug in Crewlane.',
};

function exitCodes(): string {
  const rows = Object.entries(EXIT).map(([name, code]) => [String(code), isExitName(name) ? MEANINGS[name] : '']);
  return `## Exit codes\n\n${table(['code', 'meaning'], rows)}
For a batch, the exit code is that of the worst row: 3 is worse than 1, and 1 is worse than 0. At the first SIGINT or SIGTERM
the command cancels running attempts, starts nothing new and ends with 3. At the second it ends immediately.
`;
}

function isExitName(name: string): name is keyof typeof EXIT {
  return name in EXIT;
}

/** Defining the commands calls nothing of this. */
const DEFINITION_ONLY: CliContext = {
  io: {
    stdout: () => undefined,
    stderr: () => undefined,
    redraw: () => undefined,
    isTerminal: false,
    columns: () => 80,
    terminal: null,
    onSignal: () => () => undefined,
  },
  folders: dataFolders('/'),
  keyFor: () => null,
  examples: '/',
  versions: {},
  evaluator: {
    condition: () => {
      throw new Error('Only the definition of the commands is used.');
    },
    filter: () => {
      throw new Error('Only the definition of the commands is used.');
    },
  },
  makeHost: () => {
    throw new Error('Only the definition of the commands is used.');
  },
};

const INTRODUCTION = `# The command line

<!-- Generated from app/cli/command.ts. Run \`npm run docs\` after a change. -->

In a checkout, call \`./crewlane COMMAND\`. It builds what is missing and needs neither Electron nor a display. The packaged
application answers the same commands: \`crewlane --ozone-platform=headless COMMAND\`.

Progress and other text for people goes to standard error. Results go to standard output. With \`--json\`, the last output is
one JSON value; a refused command prints \`{ "problems": [{ "code", "message", "path", "line", "column" }] }\`.

\`RUN_DIR\` is the folder of a run or a batch, below \`runs\` in the data folder. The data folder is the application-data
folder of the platform, or \`CREWLANE_HOME\`. \`crewlane doctor\` prints it. Keys come from the environment, never from an
argument.
`;
