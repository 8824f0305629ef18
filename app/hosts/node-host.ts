import { fork } from 'node:child_process';
import type { SlotHost } from '../../shared/slot/host.ts';
import { PROXY_VARIABLES } from '../base/proxy.ts';
import { ErrorTail, type SlotChild } from './child.ts';
import { measureProcesses } from './measure.ts';
import { type SlotPoolOptions, SlotProcessManager } from './slot-pool.ts';

/** What a slot may know of its environment. Keys, and everything else that is not listed, stay outside. */
const LISTED = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'windir',
  'USERPROFILE',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  ...PROXY_VARIABLES,
];

/** The part of an environment that slots, tools and other helpers are given. */
export function listedEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const listed: Record<string, string> = {};
  for (const name of LISTED) {
    const value = environment[name];
    if (value !== undefined) listed[name] = value;
  }
  return listed;
}

/** Slots as Node child processes that run `slotFile`, with `environment` as their whole environment. */
export function nodePool(
  slotFile: string,
  environment: Readonly<Record<string, string>>,
  options?: SlotPoolOptions,
): SlotProcessManager {
  return new SlotProcessManager(() => forkSlot(slotFile, environment), measureProcesses, options);
}

/** As `nodePool`, for one run alone. */
export function nodeHost(slotFile: string, environment: Readonly<Record<string, string>>): SlotHost {
  return nodePool(slotFile, environment).host({ lone: true });
}

function forkSlot(slotFile: string, environment: Readonly<Record<string, string>>): SlotChild {
  const child = fork(slotFile, [], {
    env: { ...environment },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A process group of its own: an interrupt typed at the terminal is for the engine, which ends its slots itself.
    detached: process.platform !== 'win32',
  });
  const tail = new ErrorTail();
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => tail.add(text));
  return {
    onStart: (listener) => {
      if (child.pid !== undefined) listener(child.pid);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      child.once('close', (code, signal) => listener(tail.describe(exitText(code, signal))));
      child.once('error', (error) => {
        if (child.pid === undefined) listener(error.message);
      });
    },
    send: (message) => {
      // fork's messages are typed as its own serialisable union; ours are plain data made of the same parts.
      if (child.connected) child.send(message as string, () => undefined);
    },
    kill: () => child.kill('SIGKILL'),
  };
}

function exitText(code: number | null, signal: string | null): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
