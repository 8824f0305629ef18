import { useState } from 'react';
import type { RunSummary } from '../../shared/ipc/channels.ts';
import { call } from '../bridge.ts';
import { exportBatch, resumeBatch } from '../commands/batch-commands.ts';
import { rerun } from '../commands/rerun-commands.ts';
import { resumeRun } from '../commands/run-commands.ts';
import { closeRun, showRun, useRun } from '../store/run.ts';
import { showTab, toast } from '../store/ui.ts';
import { type ListedBatch, outcomeOf } from './groups.ts';

/** How a run can end that something of it can be made good. */
const AGAIN: ReadonlySet<RunSummary['outcome']> = new Set(['completed_degraded', 'failed', 'cancelled']);

/** What can be done with a batch; `of` says which, for the buttons' names. */
export function BatchActions({ listed, of }: { listed: ListedBatch; of: string }) {
  return (
    <>
      <Action name="Export" of={of} act={() => void exportBatch(listed.batch)} />
      {outcomeOf(listed) === 'interrupted' && (
        <Action name="Resume" of={of} act={() => void resumeBatch(listed.batch)} />
      )}
    </>
  );
}

/** What can be done with a run; `of` says which, for the buttons' names. */
export function RunActions({ run, of, refresh }: { run: RunSummary; of: string; refresh: () => void }) {
  return (
    <>
      <Action name="Open" of={of} act={() => void open(run.run)} />
      {run.outcome === 'interrupted' && <Action name="Resume" of={of} act={() => void resumeRun(run.run)} />}
      {AGAIN.has(run.outcome) && (
        <Action name="Run again what failed" of={of} act={() => void rerun(run.run, { kind: 'failed' })} />
      )}
      <Delete run={run} of={of} refresh={refresh} />
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

/** A run's folder is gone for good: the second press is the answer to "sure?". */
function Delete({ run, of, refresh }: { run: RunSummary; of: string; refresh: () => void }) {
  const [isSure, setSure] = useState(false);
  if (run.outcome === 'running') return null;
  return (
    <button
      type="button"
      className="button quiet"
      aria-label={isSure ? `Delete ${of} for good` : `Delete ${of}`}
      onBlur={() => setSure(false)}
      onClick={() => (isSure ? void remove(run.run, refresh) : setSure(true))}
    >
      {isSure ? 'Delete for good?' : 'Delete'}
    </button>
  );
}

async function open(run: string): Promise<void> {
  await showRun(run).then(
    () => showTab('Timeline'),
    () => toast('error', "This run's folder cannot be read. Its events may be damaged, or it was moved away."),
  );
}

async function remove(run: string, refresh: () => void): Promise<void> {
  const done = await call('runs.delete', { run });
  if (done.status === 'failed') toast('error', done.message);
  else if (useRun.getState().id === run) closeRun();
  refresh();
}
