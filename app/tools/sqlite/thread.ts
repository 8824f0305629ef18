import { parentPort, workerData } from 'node:worker_threads';
import { readSqlite } from './read-sqlite.ts';

/** Entry point of the thread of one query. Built as `dist/node/sqlite.js`. The slot passes a request. */
parentPort?.postMessage(readSqlite(workerData));
