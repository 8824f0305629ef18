import { powerSaveBlocker } from 'electron';
import type { GroupHandle, GroupRow } from '../app/launch/group/group-handle.ts';
import { watchRows } from '../app/launch/group/watch-rows.ts';
import { type TaskProgress, taskProgress } from '../app/launch/task-progress.ts';
import { valueText } from '../shared/crew/placeholders.ts';
import type { BatchRowView } from '../shared/ipc/values.ts';
import type { Session } from './session.ts';

/** The minimum interval between two updates; faster ones would not be visible. */
const UPDATE_INTERVAL_MS = 200;
const LABEL_CHARACTERS = 60;
/** Clears the progress in the task bar. */
const NO_PROGRESS = -1;

/**
 * Shows the progress of a run or batch in the task bar or dock of its window, and keeps the machine awake. The window
 * also receives the changed rows of a batch. @returns a function that sends a last update and ends all of it
 */
export function showProgress(group: GroupHandle, session: Session): () => void {
  const blocker = powerSaveBlocker.start('prevent-app-suspension');
  const changed = new Set<GroupRow>();
  let timer: NodeJS.Timeout | null = null;
  const flush = (live: boolean) => {
    timer = null;
    const rows = [...changed].map((row) => rowView(group, row));
    changed.clear();
    if (session.window.isDestroyed()) return;
    if (group.kind === 'batch') session.push('run.rows', { batch: group.id, live, rows });
    session.window.setProgressBar(live ? progressOf(group) : NO_PROGRESS);
  };
  const note = (row: GroupRow) => {
    changed.add(row);
    timer ??= setTimeout(() => flush(true), UPDATE_INTERVAL_MS);
  };
  const end = watchRows(group, { row: note, events: note });
  return () => {
    end();
    if (timer) clearTimeout(timer);
    flush(false);
    powerSaveBlocker.stop(blocker);
  };
}

/** Returns all rows of a batch with their current states. */
export function batchView(batch: GroupHandle): { batch: string; live: boolean; rows: BatchRowView[] } {
  return { batch: batch.id, live: true, rows: batch.rows.map((row) => rowView(batch, row)) };
}

function rowView({ crew }: GroupHandle, row: GroupRow): BatchRowView {
  const { end, inputs } = row;
  return {
    row: row.row,
    run: row.run,
    label: labelOf(inputs),
    status: statusOf(row),
    ...progressOfRow(row, crew.tasks.length),
    ...(end?.status === 'refused' ? { message: end.failure.message } : {}),
  };
}

function statusOf({ status, end }: GroupRow): BatchRowView['status'] {
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

function labelOf(inputs: GroupRow['inputs']): string {
  const characters = [...Object.values(inputs).map(valueText).join(' · ').replace(/\s+/g, ' ')];
  return characters.length > LABEL_CHARACTERS
    ? `${characters.slice(0, LABEL_CHARACTERS - 1).join('')}…`
    : characters.join('');
}

function progressOf({ rows, crew }: GroupHandle): number {
  const all = rows.map((row) => progressOfRow(row, crew.tasks.length));
  const total = all.reduce((sum, row) => sum + row.total, 0);
  return all.reduce((sum, row) => sum + row.done, 0) / Math.max(1, total);
}

/** Returns the progress of a row, with the tasks of the file if it has not started. */
function progressOfRow({ handle, progress }: GroupRow, tasks: number): TaskProgress {
  return handle ? taskProgress(handle.state) : (progress ?? { done: 0, total: tasks });
}
