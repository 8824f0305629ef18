import type { PushBody } from '../../shared/ipc/channels.ts';
import { autoLayout, fitView } from '../canvas/view.ts';
import { toggleInbox } from '../inbox/use-inbox.ts';
import { redo, undo, useDocument } from '../store/document.ts';
import { select, showDialog, useUi } from '../store/ui.ts';
import { chooseBatch } from './batch-commands.ts';
import { clearCache } from './cache-commands.ts';

import { copySelection, cutSelection, duplicateSelection, pasteNodes } from './clipboard.ts';
import { newCrew, openCrew, saveCrew } from './file-commands.ts';
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
  reviews: () => toggleInbox(),
  export: () => void exportReports(),
  auto_layout: () => void autoLayout(),
  zoom_fit: fitView,
  palette: () => showDialog('palette'),
  keys: () => showDialog('keys'),
  about: () => showDialog('about'),
};

export function carryOut(command: CommandName): void {
  if (useUi.getState().loading === null) COMMANDS[command]();
}

/** Whether the person is writing: then a key is for the text. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]');
}

/** While text is being edited, undo is the text's own. */
function inText(what: 'undo' | 'redo'): boolean {
  return (
    isWriting(document.activeElement) &&
    document.activeElement?.matches('input, textarea') === true &&
    document.execCommand(what)
  );
}
