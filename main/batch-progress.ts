import { powerSaveBlocker } from 'electron';
import { type Batch, type RowState, tasksDone } from '../app/launch/batch/batch.ts';
import type { BatchRowView } from '../shared/ipc/values.ts';
import { notify } from './notifications.ts';
import type { Session } from './session.ts';

/** The minimum interval between two updates; faster ones would not be visible. */
const UPDATE_INTERVAL_MS = 200;
const LABEL_CHARACTERS = 60;
/** Clears the progress in the task bar. */
const NO_PROGRESS = -1;

/**
 * Sends changed rows of a batch to its window, shows its progress in the task bar or dock, and keeps the machine awake.
 * @returns a function that sends a last update and ends all of it
 */
export function showBatchProgress(batch: Batch, session: Session): () => void {
  const blocker = powerSaveBlocker.start('prevent-app-suspension');
  const changed = new Set<RowState>();
  let timer: NodeJS.Timeout | null = null;
  const flush = (live: boolean) => {
    timer = null;
    const rows = [...changed].map((row) => rowView(batch, row));
    changed.clear();
    if (!session.window.isDestroyed()) session.push('batch.rows', { batch: batch.id, live, rows });
    showShare(session, live ? shareDone(batch) : NO_PROGRESS);
  };
  const note = (row: RowState) => {
    changed.add(row);
    timer ??= setTimeout(() => flush(true), UPDATE_INTERVAL_MS);
  };
  const ends = [
    batch.subscribe((row) => {
      note(row);
      if (row.status === 'running' && row.handle) row.handle.subscribe(() => note(row));
    }),
  ];
  return () => {
    for (const end of ends) end();
    if (timer) clearTimeout(timer);
    flush(false);
    powerSaveBlocker.stop(blocker);
  };
}

/** Notifies about the end of a batch whose window is hidden. */
export function notifyOfBatchEnd(batch: Batch, session: Session): void {
  const ended = batch.rows.filter(({ status }) => status === 'ended').length;
  notify(session, batch.crew.name, `The batch has ended: ${ended} of ${batch.rows.length} rows.`);
}

/** Returns all rows of a batch with their current states. */
export function batchView(batch: Batch): { batch: string; live: boolean; rows: BatchRowView[] } {
  return { batch: batch.id, live: true, rows: batch.rows.map((row) => rowView(batch, row)) };
}

function rowView(batch: Batch, row: RowState): BatchRowView {
  const { handle, end, inputs } = row;
  return {
    row: row.row,
    run: row.run,
    label: labelOf(inputs),
    status: statusOf(row),
    done: handle ? tasksDone(handle.state) : row.done,
    total: batch.crew.tasks.length,
    ...(end?.status === 'refused' ? { message: end.failure.message } : {}),
  };
}

function statusOf({ status, end }: RowState): BatchRowView['status'] {
  switch (status) {
    case 'waiting':
    case 'starting':
      return 'waiting';
    case 'running':
      return 'running';
    case 'ended':
      return end?.status === 'finished' ? end.outcome : (end?.status ?? 'interrupted');
  }
}

function labelOf(inputs: RowState['inputs']): string {
  const characters = [...Object.values(inputs).join(' · ').replace(/\s+/g, ' ')];
  return characters.length > LABEL_CHARACTERS
    ? `${characters.slice(0, LABEL_CHARACTERS - 1).join('')}…`
    : characters.join('');
}

function showShare({ window }: Session, share: number): void {
  if (!window.isDestroyed()) window.setProgressBar(share);
}

function shareDone({ rows, crew }: Batch): number {
  const done = rows.reduce((sum, { handle, done: before }) => sum + (handle ? tasksDone(handle.state) : before), 0);
  return done / Math.max(1, rows.length * crew.tasks.length);
}
