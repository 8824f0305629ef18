import { parentPort } from 'node:worker_threads';
import {
  type EvaluationRequest,
  evaluateCondition,
  filterItems,
} from '../../../shared/expressions/evaluate-expression.ts';

/**
 * Entry point of the thread that evaluates expressions. Built as `dist/node/expressions.js`. It answers one request at
 * a time, and reports before each evaluation that it starts, so that its own start does not count as evaluation time.
 */
parentPort?.on('message', (request: EvaluationRequest) => {
  parentPort?.postMessage({ started: true });
  parentPort?.postMessage({ result: request.type === 'condition' ? evaluateCondition(request) : filterItems(request) });
});
