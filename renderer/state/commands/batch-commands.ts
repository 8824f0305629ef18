import { call } from '../../base/bridge.ts';
import { useBatch } from '../batch.ts';
import type { Command } from '../command.ts';
import { useDocument } from '../document.ts';
import { showDialog, toast, useUi } from '../ui.ts';
import { begin, isCrewSynced, runRefusal, startOptionsOf } from './run-commands.ts';

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
  await begin(() => call('run.start', { path: chosen.path, ...startOptionsOf(crew) }));
}
