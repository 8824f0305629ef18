import type { Command } from '../command.ts';
import { redo, undo } from '../document.ts';
import { select } from '../ui.ts';
import type { WindowState } from '../window-state.ts';
import { copySelection, cutSelection, duplicateSelection, pasteNodes } from './clipboard.ts';
import { remove } from './crew-edits.ts';
import { isWriting } from './key-area.ts';

export const undoCommand: Command = {
  name: 'undo',
  label: 'Undo',
  section: 'Crew',
  menu: { menu: 'edit', group: 1 },
  accelerator: 'Mod+Z',
  keys: { scope: 'fields', list: ['Mod+Z'] },
  isForText: true,
  act: (win) => inText(win, 'undo') || undo(win),
};

export const redoCommand: Command = {
  name: 'redo',
  label: 'Redo',
  section: 'Crew',
  menu: { menu: 'edit', group: 1 },
  accelerator: 'Mod+Shift+Z',
  keys: { scope: 'fields', list: ['Mod+Shift+Z', 'Mod+Y'] },
  isForText: true,
  act: (win) => inText(win, 'redo') || redo(win),
};

export const duplicateCommand: Command = {
  name: 'duplicate',
  label: 'Duplicate',
  section: 'Crew',
  menu: { menu: 'edit', group: 2 },
  accelerator: 'Mod+D',
  keys: { scope: 'crew', list: ['Mod+D'] },
  act: duplicateSelection,
};

export const deleteCommand: Command = {
  name: 'delete',
  label: 'Delete',
  section: 'Crew',
  menu: { menu: 'edit', group: 2 },
  keys: { scope: 'crew', list: ['Delete', 'Backspace'] },
  isHidden: true,
  act: (win) => remove(win, win.ui.getState().selection),
};

/** Editing the crew. The native menu has the system's own entries for cut, copy, paste and select all. */
export const EDIT_COMMANDS: readonly Command[] = [
  undoCommand,
  redoCommand,
  { name: 'copy', label: 'Copy', section: 'Crew', clipboard: 'copy', isHidden: true, act: copySelection },
  { name: 'cut', label: 'Cut', section: 'Crew', clipboard: 'cut', isHidden: true, act: cutSelection },
  {
    name: 'paste',
    label: 'Paste',
    section: 'Crew',
    clipboard: 'paste',
    isHidden: true,
    act: (win) => void pasteNodes(win),
  },
  duplicateCommand,
  deleteCommand,
  {
    name: 'select_all',
    label: 'Select all',
    section: 'Crew',
    keys: { scope: 'crew', list: ['Mod+A'] },
    act: selectAll,
  },
];

function selectAll(win: WindowState): void {
  const { agents, tasks } = win.document.getState().crew;
  select(win, ...tasks.map(({ name }) => `task:${name}`), ...agents.map(({ name }) => `agent:${name}`));
}

/**
 * Undoes or redoes in the focused text field. Returns false if no text has the focus, so that the step applies to the
 * crew.
 */
function inText(win: WindowState, step: 'undo' | 'redo'): boolean {
  const entry = win.fields.focused();
  if (entry) return entry[step]();
  if (!isWriting(document.activeElement)) return false;
  document.execCommand(step);
  return true;
}
