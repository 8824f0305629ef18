import { call } from '../../base/bridge.ts';
import type { Command } from '../command.ts';
import { showDialog, toast } from '../ui.ts';
import type { WindowState } from '../window-state.ts';
import { begin, isCrewSynced, runRefusal, startOptionsOf } from './run-commands.ts';

export const batchCommand: Command = {
  name: 'run_batch',
  label: 'Run batch…',
  section: 'Run',
  menu: { menu: 'run', group: 1 },
  accelerator: 'Mod+Shift+Enter',
  unavailable: (win) => runRefusal(win.document.getState()),
  act: (win) => void chooseBatch(win),
};

/** Asks for the rows of a batch, and shows them before anything starts. */
export async function chooseBatch(win: WindowState): Promise<void> {
  if (win.ui.getState().busy) return;
  if (!(await isCrewSynced(win))) return;
  const chosen = await call('batch.choose', {});
  if (chosen.status === 'cancelled') return;
  win.batch.setState({ chosen });
  showDialog(win, 'batch');
}

/** Runs the crew in the window, once per row of the preview. */
export async function startBatch(win: WindowState): Promise<void> {
  const { chosen } = win.batch.getState();
  if (!chosen) return;
  const { crew } = win.document.getState();
  showDialog(win, null);
  const refusal = runRefusal(win.document.getState());
  if (refusal !== null) {
    toast(win, 'info', refusal);
    return;
  }
  if (!(await isCrewSynced(win))) return;
  await begin(win, () => call('run.start', { path: chosen.path, ...startOptionsOf(crew) }));
}
