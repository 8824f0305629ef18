import { spawnSync } from 'node:child_process';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TSC } from './dev-tools.mjs';
import { ensurePackages } from './packages.mjs';
import { ROOT } from './root.mjs';

// usage: npm run typecheck [-- FILE …]   reports the type errors of all files, or only those of some files or folders.

/**
 * Filters the compiler's plain output. The compiler needs the whole project even for the errors of one file.
 * @param {string} output @param {readonly string[]} paths relative to the repository, with `/`; empty for all files
 * @returns {string[]} the errors in these files and folders, each with its indented lines
 */
export function errorsIn(output, paths) {
  const errors = output.split(/\r?\n(?=\S)/).filter((error) => error.trim() !== '');
  if (paths.length === 0) return errors;
  return errors.filter((error) => paths.some((path) => error.startsWith(`${path}(`) || error.startsWith(`${path}/`)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = (await ensurePackages()) ? check(process.argv.slice(2)) : 1;

/** @param {readonly string[]} files @returns {number} the exit code */
function check(files) {
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const paths = files.map((file) => relative(ROOT, resolve(from, file)).replaceAll('\\', '/'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [TSC, '-b', '--pretty', 'false'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const errors = errorsIn(stdout, paths);
  process.stdout.write(errors.map((error) => `${error.trimEnd()}\n`).join(''));
  process.stderr.write(stderr);
  return errors.length > 0 || (paths.length === 0 && status !== 0) ? 1 : 0;
}
