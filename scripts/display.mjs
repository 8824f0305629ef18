import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Whether this machine can show a window. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/**
 * Starts an X server that draws into memory, on a display of its own choice.
 * @returns {Promise<{ display: string, stop: () => void } | null>} null where Xvfb is not installed or ends at once
 */
export function startVirtualDisplay() {
  return new Promise((resolve) => {
    const args = ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'];
    const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    server.once('error', () => resolve(null));
    server.once('exit', () => resolve(null));
    const chosen = server.stdio[3];
    // The fourth stream was asked for as a pipe that is read from.
    if (!(chosen && 'read' in chosen)) throw new Error('no pipe from Xvfb');
    createInterface({ input: chosen }).once('line', (number) => {
      resolve({ display: `:${number.trim()}`, stop: () => void server.kill() });
    });
  });
}
