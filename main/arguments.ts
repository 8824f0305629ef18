import { resolve } from 'node:path';

/** The words that make the application a command: `crewlane run FILE` in place of `crewlane FILE`. */
const COMMANDS = new Set([
  'run',
  'validate',
  'plan',
  'simulate',
  'report',
  'resume',
  'rerun',
  'runs',
  'cache',
  'new',
  'templates',
  'doctor',
  'trust',
  'help',
]);
const INFORMS = new Set(['--help', '-h', '--version']);

/**
 * The project file on the application's own command line: the last argument that is no switch and not the application's
 * own folder. `argv` as Electron gives it, the executable first; `cwd` is where relative paths start.
 */
export function projectArgument(argv: readonly string[], appFolder: string, cwd: string): string | null {
  const plain = argv.slice(1).filter((argument) => argument !== '' && !argument.startsWith('-'));
  const paths = plain.map((argument) => resolve(cwd, argument)).filter((path) => path !== resolve(appFolder));
  return paths.at(-1) ?? null;
}

/** The value of `--name=value`, or null. */
export function switchValue(argv: readonly string[], name: string): string | null {
  const prefix = `--${name}=`;
  const joined = argv.find((argument) => argument.startsWith(prefix));
  return joined === undefined ? null : joined.slice(prefix.length);
}

/**
 * The arguments of a command, where the application was started as one: its first plain argument is a command's name and
 * no file of that name was meant, or it is to run without a display, where nobody sees a window. What stands before that
 * is the application's folder, or said to Electron. `argv` is the process's own.
 */
export function commandArguments(argv: readonly string[], appFolder: string): string[] | null {
  const given = argv.slice(1).filter((argument) => argument !== appFolder);
  const at = given.findIndex((argument) => !argument.startsWith('-') || INFORMS.has(argument));
  const first = at < 0 ? undefined : given[at];
  const isCommand = first !== undefined && (COMMANDS.has(first) || INFORMS.has(first));
  if (!isCommand && switchValue(argv, 'ozone-platform') !== 'headless') return null;
  return at < 0 ? [] : given.slice(at).filter((argument) => !isElectronSwitch(argument));
}

function isElectronSwitch(argument: string): boolean {
  return /^--(no-sandbox|ozone-platform|user-data-dir|inspect|remote-debugging|enable-|disable-|headless|lang|log-level)/.test(
    argument,
  );
}
