import { withSnakeKeys } from '../run-record.ts';
import type { BatchFigures } from './figures.ts';

/** Returns `batch.json` of an export: every figure of the batch and of its rows. Times are whole milliseconds. */
export function batchRecord(batch: string, figures: BatchFigures): object {
  const { rows, outcome, successRate, counts, ...rest } = figures;
  return {
    format: 'crewlane-batch-report/1',
    batch,
    outcome,
    success_rate: successRate * 100,
    figures: withSnakeKeys({ counts, ...rest }),
    rows: rows.map(({ turns: _, carried: __, slots: ___, shared: ____, inputs, ...row }) => ({
      ...(withSnakeKeys(row) as object), // A record's keys in other letters are a record.
      inputs,
    })),
  };
}
