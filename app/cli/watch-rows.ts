import type { RunEvent } from '../../shared/run/events.ts';
import type { Batch, RowState } from '../launch/batch/batch.ts';

export interface RowsObserver {
  /** Called when a row starts, ends, or is already running when watching begins. */
  row(row: RowState): void;
  events(row: RowState, events: readonly RunEvent[]): void;
}

/**
 * Watches the rows of a batch while they run. Releases each row when it ends, because a batch may be larger than
 * memory. Returns a function that stops watching.
 */
export function watchRows(batch: Pick<Batch, 'rows' | 'subscribe'>, observer: RowsObserver): () => void {
  const ends = new Map<RowState, () => void>();
  const onRow = (row: RowState) => {
    const { status, handle } = row;
    if (status === 'running' && handle)
      ends.set(
        row,
        handle.subscribe((events) => observer.events(row, events)),
      );
    if (status === 'ended') {
      ends.get(row)?.();
      ends.delete(row);
    }
    observer.row(row);
  };
  const end = batch.subscribe(onRow);
  for (const row of batch.rows) if (row.status === 'running') onRow(row);
  return () => {
    end();
    for (const endOf of ends.values()) endOf();
  };
}
