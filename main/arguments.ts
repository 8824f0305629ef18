import { resolve } from 'node:path';

/**
 * The project file on the application's own command line: the last argument that is no switch and not the application's
 * own folder (ui.md). `argv` as Electron gives it, the executable first; `cwd` is where relative paths start.
 */
export function projectArgument(argv: readonly string[], appFolder: string, cwd: string): string | null {
  const plain = argv.slice(1).filter((argument) => argument !== '' && !argument.startsWith('-'));
  const paths = plain.map((argument) => resolve(cwd, argument)).filter((path) => path !== resolve(appFolder));
  return paths.at(-1) ?? null;
}

/** The value of `--name=value` or `--name value`, or null. */
export function switchValue(argv: readonly string[], name: string): string | null {
  const prefix = `--${name}=`;
  const joined = argv.find((argument) => argument.startsWith(prefix));
  return joined === undefined ? null : joined.slice(prefix.length);
}
