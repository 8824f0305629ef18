import { runInThread } from '../thread/run-in-thread.ts';
import type { DocumentParts, DocumentRequest, DocumentTask, DocumentText } from './document.ts';

const MIB = 1024 * 1024;
/** The longest time that the extraction of one document may take, in ms. */
const MAX_MS = 60_000;
export interface ExtractionLimits {
  /** Memory of the whole slot process, in MiB. */
  memoryMib: number;
  signal: AbortSignal;
  maxMs?: number;
}

/** The memory in MiB that reading a document may add to a process that is not a slot. */
const MEMORY_OF_PARTS_MIB = 1024;

/**
 * Extracts the text of a document in a separate thread, which is ended if it takes too long or needs too much memory: a
 * small document can describe a huge one. Rejects if the signal aborts.
 */
export function extractText(request: DocumentRequest, limits: ExtractionLimits): Promise<DocumentText> {
  const tooLarge = `its text needs more memory than the slot has (settings.slot_memory_mib is ${limits.memoryMib}). Use a smaller file.`;
  return read<DocumentText>({ want: 'text', request }, limits, tooLarge);
}

/** Like `extractText`, for the pages or sheets of a document, in a process that is not a slot. */
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
  { memoryMib, signal, maxMs = MAX_MS }: ExtractionLimits,
  tooLarge: string,
): Promise<Answer | { ok: false; text: string }> {
  const ended = await runInThread<Answer>('documents', task, { memoryMib, signal, maxMs });
  const refused = (reason: string) => ({ ok: false as const, text: `${task.request.path} cannot be read: ${reason}` });
  switch (ended.status) {
    case 'answered':
      return ended.value;
    case 'late':
      return refused(`it took longer than ${maxMs / 1000} s. Use a smaller file, or fewer pages.`);
    case 'memory':
      return refused(tooLarge);
    case 'failed':
      return refused(`${ended.reason}.`);
  }
}
