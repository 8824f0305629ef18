import { spawn } from 'node:child_process';
import { ROOT } from './root.mjs';

/**
 * Runs a program in the repository's folder and waits until it exits. Its standard output goes to our standard error.
 * @param {string} program @param {readonly string[]} args @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code; 127 if it could not be started, 128 + n if signal n ended it
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options });
    child.once('error', () => resolve(127));
    child.once('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128 + signalNumber(signal))));
  });
}

/** Runs Node with `args`. @param {readonly string[]} args @param {import('node:child_process').SpawnOptions} [options] */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}

/**
 * Runs npm: the one that started this script, or the one on the PATH.
 * @param {readonly string[]} args @param {import('node:child_process').SpawnOptions} [options]
 */
export function runNpm(args, options = {}) {
  const npm = process.env['npm_execpath'];
  if (npm?.endsWith('npm-cli.js')) return runNode([npm, ...args], options);
  // On Windows, npm is a batch file, which only a shell can start.
  return run('npm', args, { shell: process.platform === 'win32', ...options });
}

/** @param {NodeJS.Signals} signal */
function signalNumber(signal) {
  return signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : signal === 'SIGTERM' ? 15 : 1;
}
