import { fork } from 'node:child_process';
import type { LocalSlotHost } from '../../shared/slot/local-host.ts';
import { PROXY_VARIABLES } from '../base/proxy.ts';
import { ErrorTail, type SlotChild } from './child.ts';
import { measureProcesses } from './measure.ts';
import { type SlotPoolOptions, SlotProcessManager } from './slot-pool.ts';

/** The environment variables that a slot receives. All others, such as keys, are removed. */
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

/** Returns the part of an environment that slots, tools and other child processes receive. */
export function listedEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const listed: Record<string, string> = {};
  for (const name of LISTED) {
    const value = environment[name];
    if (value !== undefined) listed[name] = value;
  }
  return listed;
}

/**
 * Creates a pool of slots that are Node child processes running `slotFile`, with `environment` as their whole
 * environment.
 */
export function nodePool(
  slotFile: string,
  environment: Readonly<Record<string, string>>,
  options?: SlotPoolOptions,
): SlotProcessManager {
  return new SlotProcessManager(() => forkSlot(slotFile, environment), measureProcesses, options);
}

/** Creates a host like `nodePool` does, for a single run. */
export function nodeHost(slotFile: string, environment: Readonly<Record<string, string>>): LocalSlotHost {
  return nodePool(slotFile, environment).host({ lone: true });
}

/** Starts a Node child process as the process of a slot, with `environment` as its whole environment. */
export function forkSlot(slotFile: string, environment: Readonly<Record<string, string>>): SlotChild {
  const child = fork(slotFile, [], {
    env: { ...environment },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A separate process group: the engine handles an interrupt from the terminal and ends its slots.
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
      // The types of `fork` describe messages as their own serializable union; the messages here are plain data of the
      // same kinds.
      if (child.connected) child.send(message as string, () => undefined);
    },
    kill: () => child.kill('SIGKILL'),
  };
}

function exitText(code: number | null, signal: string | null): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
