import { parentPort, workerData } from 'node:worker_threads';
import type { DocumentParts, DocumentTask, DocumentText } from './document.ts';
import { documentParts, documentText } from './document-text.ts';

/**
 * Entry point of the worker thread that extracts the text of one document. It is separate from the slot's bundle,
 * because its libraries are large and few turns need them.
 */
parentPort?.postMessage(await perform(workerData));

function perform(task: DocumentTask): Promise<DocumentText | DocumentParts> {
  return task.want === 'text' ? documentText(task.request) : documentParts(task.request);
}
