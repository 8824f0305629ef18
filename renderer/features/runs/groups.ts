import type { RunSummary } from '../../../shared/ipc/values.ts';

/** A run of its own, or the rows of a batch that have begun, in their order. */
export type Listing = { kind: 'run'; run: RunSummary } | ListedBatch;

export interface ListedBatch {
  kind: 'batch';
  batch: string;
  /** Rows that the batch has, begun or not. */
  count: number;
  /** Of these, rows that were deleted. */
  deleted: number;
  rows: readonly RunSummary[];
}

/** From the best to the worst. */
const OUTCOMES = ['completed', 'completed_degraded', 'cancelled', 'failed', 'interrupted', 'running'] as const;

/** Runs in their order, the rows of a batch together where the first of them stands. */
export function grouped(runs: readonly RunSummary[]): Listing[] {
  const batches = new Map<string, RunSummary[]>();
  const listings: Listing[] = [];
  for (const run of runs) {
    if (!run.batch) {
      listings.push({ kind: 'run', run });
      continue;
    }
    const { batch, rows: count, deleted } = run.batch;
    const known = batches.get(batch);
    if (known) known.push(run);
    else {
      const rows = [run];
      batches.set(batch, rows);
      listings.push({ kind: 'batch', batch, count, deleted, rows });
    }
  }
  for (const rows of batches.values()) rows.sort((a, b) => (a.batch?.row ?? 0) - (b.batch?.row ?? 0));
  return listings;
}

/** How a batch stands: running while one row does, cut off where rows have not begun, else its worst row. */
export function outcomeOf({ rows, count, deleted }: ListedBatch): RunSummary['outcome'] {
  const worst = rows.reduce<RunSummary['outcome']>(
    (found, { outcome }) => (OUTCOMES.indexOf(outcome) > OUTCOMES.indexOf(found) ? outcome : found),
    'completed',
  );
  return worst !== 'running' && rows.length < count - deleted ? 'interrupted' : worst;
}
