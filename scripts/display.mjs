import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Whether this machine has a display. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/**
 * Starts an X server that renders into memory, on a free display.
 * @returns {Promise<{ display: string, stop: () => void } | null>} null if Xvfb is not installed or exits at once
 */
export function startVirtualDisplay() {
  return new Promise((resolve) => {
    const args = ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'];
    const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    server.once('error', () => resolve(null));
    server.once('exit', () => resolve(null));
    const chosen = server.stdio[3];
    // Typed as any stream; it is a readable pipe, as requested above.
    if (!(chosen && 'read' in chosen)) throw new Error('Xvfb has no output pipe');
    createInterface({ input: chosen }).once('line', (number) => {
      resolve({ display: `:${number.trim()}`, stop: () => void server.kill() });
    });
  });
}
