import { resolve } from 'node:path';

/** The names of the commands: `crewlane run FILE` runs a command, `crewlane FILE` opens a window. */
const COMMANDS = new Set([
  'run',
  'validate',
  'plan',
  'simulate',
  'report',
  'resume',
  'rerun',
  'test',
  'train',
  'runs',
  'cache',
  'memory',
  'new',
  'import',
  'export',
  'templates',
  'doctor',
  'trust',
  'help',
]);
const INFO_SWITCHES = new Set(['--help', '-h', '--version']);

/**
 * Returns the crew file on the application's own command line: the last argument that is neither a switch nor the
 * application's folder. `argv` is Electron's, with the executable first; relative paths start at `cwd`.
 */
export function crewArgument(argv: readonly string[], appFolder: string, cwd: string): string | null {
  const plain = argv.slice(1).filter((argument) => argument !== '' && !argument.startsWith('-'));
  const paths = plain.map((argument) => resolve(cwd, argument)).filter((path) => path !== resolve(appFolder));
  return paths.at(-1) ?? null;
}

/** Returns the value of `--name=value`, or null. */
export function switchValue(argv: readonly string[], name: string): string | null {
  const prefix = `--${name}=`;
  const joined = argv.find((argument) => argument.startsWith(prefix));
  return joined === undefined ? null : joined.slice(prefix.length);
}

/**
 * Returns the arguments of a command if the application was started as one: its first plain argument is the name of a
 * command and not of a file, or it runs without a display, where a window would be invisible. Earlier arguments are the
 * application's folder or belong to Electron. `argv` is the process's own.
 */
export function commandArguments(argv: readonly string[], appFolder: string): string[] | null {
  const given = argv.slice(1).filter((argument) => argument !== appFolder);
  const at = given.findIndex((argument) => !argument.startsWith('-') || INFO_SWITCHES.has(argument));
  const first = at < 0 ? undefined : given[at];
  const isCommand = first !== undefined && (COMMANDS.has(first) || INFO_SWITCHES.has(first));
  if (!isCommand && switchValue(argv, 'ozone-platform') !== 'headless') return null;
  return at < 0 ? [] : given.slice(at).filter((argument) => !isElectronSwitch(argument));
}

function isElectronSwitch(argument: string): boolean {
  return /^--(no-sandbox|ozone-platform|user-data-dir|inspect|remote-debugging|enable-|disable-|headless|lang|log-level)/.test(
    argument,
  );
}
