import type { RunSummary } from '../../../shared/ipc/values.ts';

/** A single run, or the started rows of a batch, in order. */
export type Listing = { kind: 'run'; run: RunSummary } | ListedBatch;

export interface ListedBatch {
  kind: 'batch';
  batch: string;
  /** The number of rows of the batch, started or not. */
  count: number;
  /** The number of deleted rows. */
  deleted: number;
  rows: readonly RunSummary[];
}

/** From the best to the worst. */
const OUTCOMES = ['completed', 'completed_degraded', 'cancelled', 'failed', 'interrupted', 'running'] as const;

/** Groups runs in order, with the rows of a batch at the position of the first one. */
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

/**
 * The status of a batch: running while a row is running, interrupted if rows have not started, else that of its worst
 * row.
 */
export function outcomeOf({ rows, count, deleted }: ListedBatch): RunSummary['outcome'] {
  const worst = rows.reduce<RunSummary['outcome']>(
    (found, { outcome }) => (OUTCOMES.indexOf(outcome) > OUTCOMES.indexOf(found) ? outcome : found),
    'completed',
  );
  return worst !== 'running' && rows.length < count - deleted ? 'interrupted' : worst;
}
