import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { DocumentRequest, DocumentText } from './document.ts';

const MIB = 1024 * 1024;
/** The longest time that the extraction of one document may take, in ms. */
const MAX_MS = 60_000;
/** Share of the slot's free memory at which the worker is ended, before the engine ends the slot. */
const MEMORY_SHARE = 0.7;
const LEAST_BYTES = 64 * MIB;
const WATCH_MS = 20;

/** The built worker is next to the bundle of the slot. Code that runs from source uses the one of the build. */
const BUNDLED = fileURLToPath(new URL('./documents.js', import.meta.url));
const FROM_SOURCE = fileURLToPath(new URL('../../../dist/node/documents.js', import.meta.url));

export interface ExtractionLimits {
  /** Memory of the whole slot process, in MiB. */
  memoryMib: number;
  signal: AbortSignal;
  maxMs?: number;
}

/**
 * Extracts the text of a document in a separate thread, which is ended if it takes too long or needs too much memory: a
 * small document can describe a huge one. Rejects if the signal aborts.
 */
export async function extractText(request: DocumentRequest, limits: ExtractionLimits): Promise<DocumentText> {
  limits.signal.throwIfAborted();
  const free = Math.max(LEAST_BYTES, limits.memoryMib * MIB - process.memoryUsage.rss()) * MEMORY_SHARE;
  const worker = new Worker(existsSync(BUNDLED) ? BUNDLED : FROM_SOURCE, {
    workerData: request,
    // The thread needs no keys, and its libraries print warnings.
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(free / MIB) },
  });
  try {
    return await answerOf(worker, free, request.path, limits);
  } finally {
    await worker.terminate();
  }
}

/** @param free the memory in bytes that the thread may add to the process */
function answerOf(
  worker: Worker,
  free: number,
  path: string,
  { memoryMib, signal, maxMs = MAX_MS }: ExtractionLimits,
): Promise<DocumentText> {
  const refusal = (reason: string): DocumentText => ({ ok: false, text: `${path} cannot be read: ${reason}` });
  const tooLarge = `its text needs more memory than the slot has (settings.slot_memory_mib is ${memoryMib}). Use a smaller file.`;
  const start = process.memoryUsage.rss();
  const done = new AbortController();
  return new Promise<DocumentText>((resolve, reject) => {
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() > start + free) resolve(refusal(tooLarge));
    }, WATCH_MS);
    const limit = setTimeout(
      () => resolve(refusal(`it took longer than ${maxMs / 1000} s. Use a smaller file, or fewer pages.`)),
      maxMs,
    );
    done.signal.addEventListener('abort', () => {
      clearInterval(watch);
      clearTimeout(limit);
    });
    signal.addEventListener('abort', () => reject(signal.reason), { signal: done.signal });
    worker.once('message', resolve);
    worker.once('error', (error: NodeJS.ErrnoException) => {
      resolve(refusal(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge : `${error.message}.`));
    });
    worker.once('exit', () => resolve(refusal('its reader ended without an answer.')));
  }).finally(() => done.abort());
}
