import type { PushBody } from '../../shared/ipc/channels.ts';
import type { BatchRowView } from '../../shared/ipc/values.ts';
import { call } from '../base/bridge.ts';
import { storeHook, type WindowState } from './window-state.ts';

/** A value of the shown batch. */
export const useBatch = storeHook(({ batch }) => batch);

/** Updates the rows of the batch that changed. The rows of another batch replace the current ones. */
export function applyRows(win: WindowState, { batch, live, rows }: PushBody<'run.rows'>): void {
  const state = win.batch.getState();
  const known = state.id === batch ? state.rows : [];
  const byNumber = new Map([...known, ...rows].map((row) => [row.row, row]));
  win.batch.setState({ id: batch, live, rows: [...byNumber.values()].sort((a, b) => a.row - b.row) });
}

/** Shows the rows of the batch that is in progress in this window, after it started or the window was reloaded. */
export async function findBatch(win: WindowState): Promise<void> {
  const { batch } = await call('run.current', {});
  if (batch) applyRows(win, batch);
}

/** Removes a row whose run was deleted from the batch. */
export function dropRow(win: WindowState, run: string): void {
  win.batch.setState(({ rows }) => ({ rows: rows.filter((row) => row.run !== run) }));
}

/** Closes the shown batch. Its rows stay in the list of runs. */
export function closeBatch(win: WindowState): void {
  win.batch.setState({ id: null, live: false, rows: [] });
}

/** The number of rows per status. */
export function countsOf(rows: readonly BatchRowView[]): { done: number; running: number; failed: number } {
  let done = 0;
  let running = 0;
  let failed = 0;
  for (const { status } of rows) {
    if (status === 'running') running += 1;
    else if (status !== 'waiting') done += 1;
    if (status === 'failed' || status === 'refused' || status === 'completed_degraded') failed += 1;
  }
  return { done, running, failed };
}
