import { app } from 'electron';

/** Switches with which another program could inspect and control the window. */
const REMOTE_CONTROL_SWITCHES = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-allow-origins',
  'js-flags',
] as const;

/**
 * Removes the switches that would open a packaged application to other programs, before Chromium reads them. Otherwise,
 * a manipulated shortcut or link could expose the keys and crews of its user. They remain in a checkout, and if
 * `CREWLANE_REMOTE_DEBUGGING=1` is set, which tests of the packaged application need. A program that can set the
 * environment can run anything anyway.
 */
export function disableRemoteDebugging(env: Readonly<Record<string, string | undefined>>): void {
  if (!app.isPackaged || env['CREWLANE_REMOTE_DEBUGGING'] === '1') return;
  for (const name of REMOTE_CONTROL_SWITCHES) {
    if (!app.commandLine.hasSwitch(name)) continue;
    app.commandLine.removeSwitch(name);
    process.stderr.write(`--${name} is not allowed: remote debugging is disabled in the packaged application.\n`);
  }
}
