import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { FileAnswer, FileCall, FromSandbox, SandboxEnd, SandboxProgram } from './sandbox-messages.ts';

export const SANDBOX_TIMEOUT_MS = 10_000;
export const SANDBOX_MEMORY_BYTES = 64 * 1024 * 1024;
/** The interpreter interrupts programs. A thread that does not react to that is ended after this time in ms. */
const GRACE_MS = 2000;
/** The memory of the thread outside of the interpreter, in MiB. */
const HEAP_MIB = 128;

/** How a program is run, and with what. */
export interface SandboxInput {
  /** The built `thread.ts`. */
  threadFile: string;
  program: Pick<SandboxProgram, 'code' | 'form' | 'args'>;
  limits?: Pick<SandboxProgram, 'timeoutMs' | 'memoryBytes'>;
  /** Carries out a call of `files`. */
  file(call: FileCall): Promise<FileAnswer>;
  signal: AbortSignal;
}

/** Returns the built `thread.ts`, which is next to the built slot. */
export function sandboxFile(): string {
  return fileURLToPath(new URL('sandbox.js', import.meta.url));
}

const LIMITS = { timeoutMs: SANDBOX_TIMEOUT_MS, memoryBytes: SANDBOX_MEMORY_BYTES };

/**
 * Runs a program in a thread of its own, with an interpreter that has no access to this process. An endless program and
 * one that exhausts its memory end with an error. Rejects if `signal` aborts, which ends the thread.
 */
export async function runInSandbox({
  threadFile,
  program,
  limits = LIMITS,
  file,
  signal,
}: SandboxInput): Promise<SandboxEnd> {
  signal.throwIfAborted();
  const { port1: answers, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(threadFile, {
    workerData: { program: { ...program, ...limits }, answers: port2, answered },
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    env: {},
  });
  const answer = async (call: FileCall) => {
    answers.postMessage(await file(call));
    Atomics.add(answered, 0, 1);
    Atomics.notify(answered, 0);
  };
  try {
    return await endOf(worker, limits.timeoutMs, answer, signal);
  } finally {
    answers.close();
    await worker.terminate();
  }
}

function endOf(
  worker: Worker,
  timeoutMs: number,
  answer: (call: FileCall) => Promise<void>,
  signal: AbortSignal,
): Promise<SandboxEnd> {
  return new Promise((resolve, reject) => {
    const fail = (error: string) => resolve({ ok: false, error, log: '' });
    let late: NodeJS.Timeout | undefined;
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    worker.on('message', (message: FromSandbox) => {
      if ('end' in message) resolve(message.end);
      else if ('file' in message) answer(message.file).catch(reject);
      else late = setTimeout(() => fail(`It ran longer than ${timeoutMs / 1000} s.`), timeoutMs + GRACE_MS);
    });
    worker.once('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      fail(isMemory ? 'It needed too much memory.' : `The interpreter failed: ${error.message}`);
    });
    worker.once('exit', () => {
      clearTimeout(late);
      signal.removeEventListener('abort', abort);
      fail('The interpreter ended.');
    });
  });
}
