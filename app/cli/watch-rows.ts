import type { RunEvent } from '../../shared/run/events.ts';
import type { Batch, RowState } from '../launch/batch/batch.ts';

export interface RowsWatch {
  /** A row has started or ended, or is under way already. */
  row(row: RowState): void;
  events(row: RowState, events: readonly RunEvent[]): void;
}

/**
 * Watches the rows of a batch while they are under way. Of one that has ended nothing is kept: a batch may have more of
 * them than memory. Returns the function that ends it.
 */
export function watchRows(batch: Pick<Batch, 'rows' | 'subscribe'>, watch: RowsWatch): () => void {
  const ends = new Map<RowState, () => void>();
  const look = (row: RowState) => {
    const { status, handle } = row;
    if (status === 'running' && handle)
      ends.set(
        row,
        handle.subscribe((events) => watch.events(row, events)),
      );
    if (status === 'ended') {
      ends.get(row)?.();
      ends.delete(row);
    }
    watch.row(row);
  };
  const end = batch.subscribe(look);
  for (const row of batch.rows) if (row.status === 'running') look(row);
  return () => {
    end();
    for (const endOf of ends.values()) endOf();
  };
}
