import { useState } from 'react';
import type { RunSummary } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { closeBatch, dropRow, useBatch } from '../../state/batch.ts';
import { rerun, rerunBatch } from '../../state/commands/rerun-commands.ts';
import { exportReports, resumeRun, stopRun } from '../../state/commands/run-commands.ts';
import { closeRun, showRun } from '../../state/run.ts';
import { showTab, toast } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { type ListedBatch, outcomeOf } from './groups.ts';

/** The outcomes after which a rerun is useful. */
const RERUNNABLE: ReadonlySet<RunSummary['outcome']> = new Set(['completed_degraded', 'failed', 'cancelled']);

/** The actions of a batch; `of` identifies it in the names of the buttons. */
export function BatchActions({ listed, of, refresh }: { listed: ListedBatch; of: string; refresh: () => void }) {
  const win = useWindowState();
  const { batch } = listed;
  const live = useBatch(({ id, live: on }) => on && id === batch);
  const outcome = outcomeOf(listed);
  return (
    <>
      {live && <Action name="Stop" of={of} act={() => void stopRun(win, batch)} />}
      <Action name="Export" of={of} act={() => void exportReports(win, batch)} />
      {outcome === 'interrupted' && !live && <Action name="Resume" of={of} act={() => void resumeRun(win, batch)} />}
      {RERUNNABLE.has(outcome) && !live && (
        <Action name="Rerun failed tasks" of={of} act={() => void rerunBatch(win, batch)} />
      )}
      {outcome !== 'running' && !live && <Delete of={of} remove={() => removeBatch(win, listed, refresh)} />}
    </>
  );
}

/** The actions of a run; `of` identifies it in the names of the buttons. */
export function RunActions({ run, of, refresh }: { run: RunSummary; of: string; refresh: () => void }) {
  const win = useWindowState();
  return (
    <>
      <Action name="Open" of={of} act={() => void open(win, run.run)} />
      {run.outcome === 'interrupted' && <Action name="Resume" of={of} act={() => void resumeRun(win, run.run)} />}
      {RERUNNABLE.has(run.outcome) && (
        <Action name="Rerun failed tasks" of={of} act={() => void rerun(win, run.run, { kind: 'failed' })} />
      )}
      {run.outcome !== 'running' && <Delete of={of} remove={() => remove(win, run.run, refresh)} />}
    </>
  );
}

function Action({ name, of, act }: { name: string; of: string; act: () => void }) {
  return (
    <button type="button" className="button" aria-label={`${name} ${of}`} onClick={act}>
      {name}
    </button>
  );
}

/** Deletion cannot be undone: the second press confirms it. */
function Delete({ of, remove: act }: { of: string; remove: () => Promise<void> }) {
  const [isConfirming, setConfirming] = useState(false);
  return (
    <button
      type="button"
      className="button quiet"
      aria-label={isConfirming ? `Delete ${of} permanently` : `Delete ${of}`}
      onBlur={() => setConfirming(false)}
      onClick={() => {
        setConfirming(!isConfirming);
        if (isConfirming) void act();
      }}
    >
      {isConfirming ? 'Delete permanently?' : 'Delete'}
    </button>
  );
}

async function open(win: WindowState, run: string): Promise<void> {
  await showRun(win, run).then(
    () => showTab(win, 'Timeline'),
    () => toast(win, 'error', "Cannot read this run's folder. Its events may be damaged, or the folder was moved."),
  );
}

async function remove(win: WindowState, run: string, refresh: () => void): Promise<void> {
  const done = await call('runs.delete', { run });
  if (done.status === 'failed') toast(win, 'error', done.message);
  else if (done.status === 'done') {
    dropRow(win, run);
    if (win.run.getState().id === run) closeRun(win);
  }
  refresh();
}

async function removeBatch(win: WindowState, { batch, rows }: ListedBatch, refresh: () => void): Promise<void> {
  const done = await call('runs.delete', { run: batch });
  if (done.status === 'failed') toast(win, 'error', done.message);
  refresh();
  if (done.status !== 'done') return;
  if (win.batch.getState().id === batch) closeBatch(win);
  if (rows.some(({ run }) => run === win.run.getState().id)) closeRun(win);
}
