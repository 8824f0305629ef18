import type { RunEvent } from '../../../shared/run/events.ts';
import type { GroupHandle, GroupRow, RowHandle } from './group-handle.ts';

type Rows = Pick<GroupHandle, 'rows' | 'subscribe'>;

/**
 * Calls `begin` for each row that runs, now or later. The function that `begin` returns is called when the row has ended:
 * rows are released, because a batch may be larger than memory. Returns a function that ends this for all rows.
 */
export function whileRowsRun(group: Rows, begin: (row: GroupRow, handle: RowHandle) => () => void): () => void {
  const ends = new Map<GroupRow, () => void>();
  const look = (row: GroupRow) => {
    if (row.status === 'running' && row.handle && !ends.has(row)) ends.set(row, begin(row, row.handle));
    if (row.status !== 'ended') return;
    ends.get(row)?.();
    ends.delete(row);
  };
  const unsubscribe = group.subscribe(look);
  for (const row of group.rows) look(row);
  return () => {
    unsubscribe();
    for (const end of ends.values()) end();
  };
}

export interface RowsObserver {
  /** Called when a row changes its status, and for each row that is already running. */
  row(row: GroupRow): void;
  events(row: GroupRow, events: readonly RunEvent[]): void;
}

/** Watches the rows of a group and the events of those that run. Returns a function that stops watching. */
export function watchRows(group: Rows, observer: RowsObserver): () => void {
  const endEvents = whileRowsRun(group, (row, handle) => handle.subscribe((events) => observer.events(row, events)));
  const endRows = group.subscribe((row) => observer.row(row));
  for (const row of group.rows) if (row.status === 'running') observer.row(row);
  return () => {
    endRows();
    endEvents();
  };
}
