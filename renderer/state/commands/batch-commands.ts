import type { BatchStarted } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { applyRows, useBatch } from '../batch.ts';
import type { Command } from '../command.ts';
import { useDocument } from '../document.ts';
import { showDialog, toast, useUi } from '../ui.ts';
import {
  beginning,
  isCrewSynced,
  runRefusal,
  showExportResult,
  showFailure,
  showStarted,
  startOptionsOf,
} from './run-commands.ts';

export const batchCommand: Command = {
  name: 'run_batch',
  label: 'Run batch…',
  section: 'Run',
  menu: { menu: 'run', group: 1 },
  accelerator: 'Mod+Shift+Enter',
  unavailable: () => runRefusal(useDocument.getState()),
  act: () => void chooseBatch(),
};

/** Asks for the rows of a batch, and shows them before anything starts. */
export async function chooseBatch(): Promise<void> {
  if (useUi.getState().busy) return;
  if (!(await isCrewSynced())) return;
  const chosen = await call('batch.choose', {});
  if (chosen.status === 'cancelled') return;
  useBatch.setState({ chosen });
  showDialog('batch');
}

/** Runs the crew in the window, once per row of the preview. */
export async function startBatch(): Promise<void> {
  const { chosen } = useBatch.getState();
  if (!chosen) return;
  const { crew } = useDocument.getState();
  showDialog(null);
  const refusal = runRefusal(useDocument.getState());
  if (refusal !== null) {
    toast('info', refusal);
    return;
  }
  if (!(await isCrewSynced())) return;
  await begin(() => call('batch.start', { path: chosen.path, ...startOptionsOf(crew) }));
}

export function resumeBatch(batch: string): Promise<void> {
  return begin(() => call('batch.resume', { batch }));
}

/** Repeats what failed in the rows of a batch, as a new batch that reuses the rest. */
export function rerunBatch(batch: string): Promise<void> {
  return begin(() => call('batch.rerun', { batch }));
}

export async function stopBatch(): Promise<void> {
  const { id, live } = useBatch.getState();
  if (id !== null && live) showFailure(await call('batch.stop', { batch: id }));
}

export async function exportBatch(batch: string): Promise<void> {
  if (useUi.getState().busy) return;
  useUi.setState({ busy: 'exporting' });
  try {
    showExportResult(await call('batch.export', { batch }));
  } finally {
    useUi.setState({ busy: null });
  }
}

/** After a reload: shows the batch that main runs for this window. */
export async function findBatch(): Promise<void> {
  const { batch } = await call('batch.current', {});
  if (batch) applyRows(batch);
}

function begin(start: () => Promise<BatchStarted>): Promise<void> {
  return beginning(async () => {
    const started = await start();
    if (started.status !== 'started') return showStarted(started);
    await findBatch();
    if (started.run === null) toast('error', 'No row of the batch could start. See each row for the reason.');
    else await showStarted({ status: 'started', run: started.run });
  });
}
