import { app } from 'electron';

/** By these another program looks into the window, reads what is typed there, and presses its buttons. */
const STEERING_SWITCHES = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-allow-origins',
  'js-flags',
] as const;

/**
 * Takes back the switches that would open a packaged application to other programs, before Chromium acts on them: whoever
 * gets a shortcut or a link to start it so would have the keys and the crews of its user. A checkout keeps them, and so
 * does a start with `CREWLANE_REMOTE_DEBUGGING=1`, which tests of the packaged application need: an environment is set by
 * nobody but who could run anything anyway.
 */
export function disableRemoteDebugging(env: Readonly<Record<string, string | undefined>>): void {
  if (!app.isPackaged || env['CREWLANE_REMOTE_DEBUGGING'] === '1') return;
  for (const name of STEERING_SWITCHES) {
    if (!app.commandLine.hasSwitch(name)) continue;
    app.commandLine.removeSwitch(name);
    process.stderr.write(`--${name} is not allowed: remote debugging is disabled in the packaged application.\n`);
  }
}
