import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** The variables of the environment that every server gets. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'SystemRoot'] as const;
/** The time in ms that a server has to end after its input was closed, and again after it was asked to end. */
const GRACE_MS = 1000;
/** The number of characters of standard error that are kept: the last ones. */
const KEPT_CHARACTERS = 4000;

export interface ServerCommand {
  command: string;
  args: readonly string[];
  /** The folder in which the server starts. */
  cwd: string;
  /** The variables that the crew names, with their values. */
  variables: Readonly<Record<string, string>>;
}

/** How a server's process ended. */
export interface ProcessEnd {
  /** Such as `exit code 1`. */
  detail: string;
  /** The end of what it wrote to standard error. */
  stderr: string;
}

/**
 * The process of a server, with everything that it starts. On systems with process groups, a guard ends the group when
 * this process ends in any way, also if it is killed. Elsewhere, the end of its input tells the server to end.
 */
export class ServerProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when the process has ended. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  readonly #guard: ChildProcess | null;

  private constructor(child: ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable }) {
    this.#child = child;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    // A server that closes its input, or has ended, breaks the pipe. Its end is reported by `ended`.
    child.stdin.on('error', () => undefined);
    this.#guard = child.pid === undefined ? null : guardOf(child.pid);
    const stderr = lastCharacters(child.stderr);
    this.ended = detailOf(child).then((detail) => ({ detail, stderr: stderr() }));
    void this.ended.then(() => this.#endGroup());
  }

  /** Starts the server. A program that cannot be started ends at once. */
  static start({ command, args, cwd, variables }: ServerCommand): ServerProcess {
    const inherited = INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const env = { ...Object.fromEntries(inherited), ...variables };
    const options = { cwd, env, detached: hasGroups, windowsHide: true, stdio: 'pipe' } as const;
    return new ServerProcess(spawn(command, args, options));
  }

  /** Ends the server and everything that it started. Resolves when the process has ended. */
  async end(): Promise<void> {
    this.stdin.end();
    if (await this.#endsWithin(GRACE_MS)) return;
    this.#signal('SIGTERM');
    if (await this.#endsWithin(GRACE_MS)) return;
    this.kill();
    await this.ended;
  }

  /** Ends the server at once. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  async #endsWithin(ms: number): Promise<boolean> {
    const done = new AbortController();
    const late = delay(ms, false, { signal: done.signal }).catch(() => false);
    const isEnded = await Promise.race([this.ended.then(() => true), late]);
    done.abort();
    return isEnded;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (hasGroups) process.kill(-pid, signal);
      else this.#child.kill(signal);
    } catch {
      // It has just ended.
    }
  }

  /** Ends what the server started and left behind. */
  #endGroup(): void {
    this.#signal('SIGKILL');
    this.#guard?.kill('SIGKILL');
  }
}

const hasGroups = process.platform !== 'win32';

/** Kills a process group when the other end of its input closes, because this process has ended. */
const GUARD = 'read -r _; kill -s TERM -- "-$1"; sleep 1; kill -s KILL -- "-$1"';

function guardOf(group: number): ChildProcess | null {
  if (!hasGroups) return null;
  const guard = spawn('/bin/sh', ['-c', GUARD, 'sh', String(group)], {
    detached: true,
    // It needs none of the keys in the environment of this process.
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  return guard;
}

async function detailOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'close');
    return signal === null ? `exit code ${code}` : `signal ${signal}`;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'the program or the folder does not exist' : error.message;
  }
}

/** Reads a stream to its end, keeping the last characters of it. */
function lastCharacters(stream: Readable): () => string {
  let kept = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    kept = (kept + chunk).slice(-KEPT_CHARACTERS);
  });
  stream.on('error', () => undefined);
  return () => kept.trim();
}
