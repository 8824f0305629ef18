import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { DocumentParts, DocumentRequest, DocumentTask, DocumentText } from './document.ts';

const MIB = 1024 * 1024;
/** The longest time that the extraction of one document may take, in ms. */
const MAX_MS = 60_000;
/** Share of the slot's free memory at which the worker is ended, before the engine ends the slot. */
const MEMORY_SHARE = 0.7;
const LEAST_BYTES = 64 * MIB;
const WATCH_MS = 20;

/**
 * The built worker is next to the bundle of the slot and of the command line. The main process of the window has its own
 * folder, and code that runs from source uses the worker of the build.
 */
const BUNDLED = fileURLToPath(new URL('./documents.js', import.meta.url));
const BESIDE_MAIN = fileURLToPath(new URL('../node/documents.js', import.meta.url));
const FROM_SOURCE = fileURLToPath(new URL('../../../dist/node/documents.js', import.meta.url));

export interface ExtractionLimits {
  /** Memory of the whole slot process, in MiB. */
  memoryMib: number;
  signal: AbortSignal;
  maxMs?: number;
}

/** The memory in MiB that reading a document may add to a process that is no slot. */
const MEMORY_OF_PARTS_MIB = 1024;

/**
 * Extracts the text of a document in a separate thread, which is ended if it takes too long or needs too much memory: a
 * small document can describe a huge one. Rejects if the signal aborts.
 */
export function extractText(request: DocumentRequest, limits: ExtractionLimits): Promise<DocumentText> {
  const tooLarge = `its text needs more memory than the slot has (settings.slot_memory_mib is ${limits.memoryMib}). Use a smaller file.`;
  return read<DocumentText>({ want: 'text', request }, limits, tooLarge);
}

/** Like `extractText`, for the pages or sheets of a document, in a process that is no slot. */
export function extractParts(
  request: Omit<DocumentRequest, 'pages' | 'sheet'>,
  signal: AbortSignal,
): Promise<DocumentParts> {
  const memoryMib = Math.ceil(process.memoryUsage.rss() / MIB) + MEMORY_OF_PARTS_MIB;
  const tooLarge = `its text needs more than ${MEMORY_OF_PARTS_MIB} MiB of memory. Use a smaller file.`;
  return read<DocumentParts>({ want: 'parts', request }, { memoryMib, signal }, tooLarge);
}

/** @param tooLarge what to report if the document needs too much memory */
async function read<Answer extends DocumentText | DocumentParts>(
  task: DocumentTask,
  limits: ExtractionLimits,
  tooLarge: string,
): Promise<Answer | Refusal> {
  limits.signal.throwIfAborted();
  const free = Math.max(LEAST_BYTES, limits.memoryMib * MIB - process.memoryUsage.rss()) * MEMORY_SHARE;
  const worker = new Worker([BUNDLED, BESIDE_MAIN].find(existsSync) ?? FROM_SOURCE, {
    workerData: task,
    // The thread needs no keys, and its libraries print warnings.
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(free / MIB) },
  });
  try {
    return await answerOf<Answer>(worker, free, task.request.path, limits, tooLarge);
  } finally {
    await worker.terminate();
  }
}

interface Refusal {
  ok: false;
  text: string;
}

/** @param free the memory in bytes that the thread may add to the process */
function answerOf<Answer>(
  worker: Worker,
  free: number,
  path: string,
  { signal, maxMs = MAX_MS }: ExtractionLimits,
  tooLarge: string,
): Promise<Answer | Refusal> {
  const refusal = (reason: string): Refusal => ({ ok: false, text: `${path} cannot be read: ${reason}` });
  const start = process.memoryUsage.rss();
  const done = new AbortController();
  return new Promise<Answer | Refusal>((resolve, reject) => {
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
