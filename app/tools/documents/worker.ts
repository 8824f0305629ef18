import { parentPort, workerData } from 'node:worker_threads';
import { documentText } from './document-text.ts';

/**
 * Entry point of the worker thread that extracts the text of one document. It is separate from the slot's bundle,
 * because its libraries are large and few turns need them.
 */
parentPort?.postMessage(await documentText(workerData));
