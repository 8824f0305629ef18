import type { PushBody } from '../../shared/ipc/channels.ts';
import { autoLayout, fitView } from '../canvas/view.ts';
import { focusedEntry } from '../fields/entry.ts';
import { toggleInbox } from '../inbox/use-inbox.ts';
import { redo, undo, useDocument } from '../store/document.ts';
import { select, showDialog, useUi } from '../store/ui.ts';
import { chooseBatch } from './batch-commands.ts';
import { clearCache } from './cache-commands.ts';

import { copySelection, cutSelection, duplicateSelection, pasteNodes } from './clipboard.ts';
import { newCrew, openCrew, saveCrew } from './file-commands.ts';
import { isWriting } from './key-area.ts';
import { remove } from './project-edits.ts';
import { rerunChosen, rerunShown } from './rerun-commands.ts';
import { exportReports, pauseOrResume, runCrew, stopRun } from './run-commands.ts';

export type CommandName = PushBody<'menu.command'>['command'];

/** Every action of the window, for menu, shortcuts, palette and buttons alike. */
const COMMANDS: Readonly<Record<CommandName, () => void>> = {
  new: () => void newCrew(),
  open: () => void openCrew(),
  save: () => void saveCrew(false),
  save_as: () => void saveCrew(true),
  undo: () => inText('undo') || undo(),
  redo: () => inText('redo') || redo(),
  cut: cutSelection,
  copy: copySelection,
  paste: () => void pasteNodes(),
  duplicate: duplicateSelection,
  delete: () => remove(useUi.getState().selection),
  select_all: () => {
    const { agents, tasks } = useDocument.getState().project;
    select(...tasks.map(({ name }) => `task:${name}`), ...agents.map(({ name }) => `agent:${name}`));
  },
  run: () => void runCrew(),
  run_batch: () => void chooseBatch(),
  pause: () => void pauseOrResume(),
  stop: () => void stopRun(),
  rerun_failed: () => rerunShown({ kind: 'failed' }),
  rerun_stale: () => rerunShown({ kind: 'stale' }),
  rerun_from: () => rerunChosen('from'),
  rerun_only: () => rerunChosen('only'),
  clear_cache: () => void clearCache(),
  trusted: () => showDialog('trusted'),
  reviews: () => toggleInbox(),
  export: () => void exportReports(),
  auto_layout: () => void autoLayout(),
  zoom_fit: fitView,
  palette: () => showDialog('palette'),
  keys: () => showDialog('keys'),
  about: () => showDialog('about'),
};

/** Runs a command. A text that is being entered is finished first, so that the crew has it. */
export function executeCommand(command: CommandName): void {
  if (useUi.getState().loading !== null) return;
  if (command !== 'undo' && command !== 'redo') focusedEntry()?.finish();
  COMMANDS[command]();
}

/** Undoes or redoes in the text that has the focus; false where the crew's last step is meant. */
function inText(command: 'undo' | 'redo'): boolean {
  const entry = focusedEntry();
  if (entry) return entry[command]();
  if (!isWriting(document.activeElement)) return false;
  document.execCommand(command);
  return true;
}
