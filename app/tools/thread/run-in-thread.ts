import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const MIB = 1024 * 1024;
/** The share of the slot's free memory at which the thread is ended, before the engine ends the slot. */
const MEMORY_SHARE = 0.7;
const LEAST_BYTES = 64 * MIB;
const WATCH_MS = 20;

/** The built entry points of threads. */
type ThreadName = 'documents' | 'sqlite';

/** The limits of a thread. `maxMs`: the maximum time of its work. */
export interface ThreadLimits {
  /** Memory of the whole slot process, in MiB. */
  memoryMib: number;
  signal: AbortSignal;
  maxMs: number;
}

/** How the work of a thread ended. `late`: after `maxMs`. `memory`: it needed more memory than the slot has. */
export type ThreadEnd<Value> =
  | { status: 'answered'; value: Value }
  | { status: 'late' }
  | { status: 'memory' }
  | { status: 'failed'; reason: string };

/**
 * Runs work in a separate thread, whose first message is its answer, and ends the thread. Rejects if the signal aborts.
 * @param data what the thread gets as `workerData`
 */
export async function runInThread<Value>(
  name: ThreadName,
  data: unknown,
  limits: ThreadLimits,
): Promise<ThreadEnd<Value>> {
  limits.signal.throwIfAborted();
  const free = Math.max(LEAST_BYTES, limits.memoryMib * MIB - process.memoryUsage.rss()) * MEMORY_SHARE;
  const worker = new Worker(fileOf(name), {
    workerData: data,
    // The thread needs no keys, and its libraries print warnings.
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(free / MIB) },
  });
  try {
    return await endOf<Value>(worker, free, limits);
  } finally {
    await worker.terminate();
  }
}

/**
 * The built thread is next to the bundle of the slot and of the command line. The main process of the window has its own
 * folder, and code that runs from source uses the thread of the build.
 */
function fileOf(name: ThreadName): string {
  const [bundled, besideMain, fromSource] = ['./', '../node/', '../../../dist/node/'].map((folder) =>
    fileURLToPath(new URL(`${folder}${name}.js`, import.meta.url)),
  );
  return [bundled, besideMain].find((file) => file !== undefined && existsSync(file)) ?? fromSource ?? '';
}

/** @param free the memory in bytes that the thread may add to the process */
function endOf<Value>(worker: Worker, free: number, { signal, maxMs }: ThreadLimits): Promise<ThreadEnd<Value>> {
  const start = process.memoryUsage.rss();
  const done = new AbortController();
  return new Promise<ThreadEnd<Value>>((resolve, reject) => {
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() > start + free) resolve({ status: 'memory' });
    }, WATCH_MS);
    const limit = setTimeout(() => resolve({ status: 'late' }), maxMs);
    done.signal.addEventListener('abort', () => {
      clearInterval(watch);
      clearTimeout(limit);
    });
    signal.addEventListener('abort', () => reject(signal.reason), { signal: done.signal });
    worker.once('message', (value: Value) => resolve({ status: 'answered', value }));
    worker.once('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      resolve(isMemory ? { status: 'memory' } : { status: 'failed', reason: error.message });
    });
    worker.once('exit', () => resolve({ status: 'failed', reason: 'its reader ended without an answer' }));
  }).finally(() => done.abort());
}
