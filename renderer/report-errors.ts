import { call } from './base/bridge.ts';

/** Lengths that the channel accepts. The details of an error are at its start. */
const MAX_NAME = 200;
const MAX_MESSAGE = 10_000;
const MAX_STACK = 20_000;

/** Sends errors of the page that nothing caught to main, for the diagnostics. */
export function reportErrors(page: Window): void {
  page.addEventListener('error', ({ error, message }) => send(error ?? message));
  page.addEventListener('unhandledrejection', ({ reason }) => send(reason));
}

function send(reason: unknown): void {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  const report = {
    name: error.name.slice(0, MAX_NAME),
    message: error.message.slice(0, MAX_MESSAGE),
    stack: (error.stack ?? '').slice(0, MAX_STACK),
  };
  // A report that fails must not cause another one.
  call('app.error_report', report).catch(() => undefined);
}
