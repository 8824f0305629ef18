import './batch.css';
import { formatNumber } from '../../../shared/figures/format.ts';
import type { BatchRowView } from '../../../shared/ipc/values.ts';
import { closeBatch, countsOf, useBatch } from '../../state/batch.ts';
import { exportReports, stopRun } from '../../state/commands/run-commands.ts';
import { showRun, useRun } from '../../state/run.ts';
import { toast, useUi } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';

const STATUS: Readonly<Record<BatchRowView['status'], string>> = {
  waiting: 'waiting',
  running: 'running',
  completed: 'completed',
  completed_degraded: 'completed, degraded',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
  refused: 'not started',
};

/** The progress of the batch and the row that is shown. Rendered only while the window has a batch. */
export function BatchStrip() {
  const win = useWindowState();
  const id = useBatch((batch) => batch.id);
  const live = useBatch((batch) => batch.live);
  const rows = useBatch((batch) => batch.rows);
  const shown = useRun((run) => run.id);
  const busy = useUi((ui) => ui.busy);
  if (id === null) return null;
  const { done, running, failed } = countsOf(rows);
  const waiting = rows.length - done - running;
  const begun = rows.filter(({ status }) => status !== 'waiting');
  const at = begun.findIndex(({ run }) => run === shown);
  const step = (by: number) => {
    const next = begun[at + by];
    if (next) void show(win, next);
  };
  return (
    <section className="batch-strip" aria-label="Batch">
      <strong>Batch</strong>
      <span className="num" role="status" aria-live="polite">
        {`${formatNumber(done)} of ${formatNumber(rows.length)} rows done`}
        {running > 0 && ` · ${formatNumber(running)} running`}
        {waiting > 0 && live && ` · ${formatNumber(waiting)} waiting`}
      </span>
      {failed > 0 && <span className="num batch-failed">{`${formatNumber(failed)} with failures`}</span>}
      <progress max={rows.length} value={done} aria-label="Rows done" />
      <span className="grow" />
      <label htmlFor="batch-row" className="muted">
        Row shown
      </label>
      <button
        type="button"
        className="button icon"
        aria-label="Previous row"
        disabled={at <= 0}
        onClick={() => step(-1)}
      >
        ‹
      </button>
      <select
        id="batch-row"
        className="select"
        value={begun[at]?.run ?? ''}
        onChange={(event) => {
          const row = begun.find(({ run }) => run === event.target.value);
          if (row) void show(win, row);
        }}
      >
        {at < 0 && <option value="">–</option>}
        {begun.map((row) => (
          <option key={row.run} value={row.run}>
            {optionText(row)}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button icon"
        aria-label="Next row"
        disabled={at < 0 || at + 1 >= begun.length}
        onClick={() => step(1)}
      >
        ›
      </button>
      <button
        type="button"
        className="button"
        disabled={busy === 'exporting'}
        onClick={() => void exportReports(win, id)}
      >
        Export batch
      </button>
      {live ? (
        <button type="button" className="button" onClick={() => void stopRun(win, id)}>
          Stop batch
        </button>
      ) : (
        <button type="button" className="button quiet icon" aria-label="Close batch" onClick={() => closeBatch(win)}>
          ✕
        </button>
      )}
    </section>
  );
}

function optionText({ row, status, done, total, label }: BatchRowView): string {
  const state = status === 'running' ? `${formatNumber(done)} of ${formatNumber(total)}` : STATUS[status];
  return `${row} · ${state}${label === '' ? '' : ` · ${label}`}`;
}

async function show(win: WindowState, { run, status, message }: BatchRowView): Promise<void> {
  if (status === 'refused') {
    toast(win, 'error', message ?? 'This row could not be started.');
    return;
  }
  await showRun(win, run).catch(() => toast(win, 'error', "This row's folder cannot be read."));
}
