import { focusedEntry } from '../../base/fields/entry.ts';
import type { Command } from '../command.ts';
import { redo, undo, useDocument } from '../document.ts';
import { select, useUi } from '../ui.ts';
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
  act: () => inText('undo') || undo(),
};

export const redoCommand: Command = {
  name: 'redo',
  label: 'Redo',
  section: 'Crew',
  menu: { menu: 'edit', group: 1 },
  accelerator: 'Mod+Shift+Z',
  keys: { scope: 'fields', list: ['Mod+Shift+Z', 'Mod+Y'] },
  isForText: true,
  act: () => inText('redo') || redo(),
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
  act: () => remove(useUi.getState().selection),
};

/** Editing the crew. The native menu has the system's own entries for cut, copy, paste and select all. */
export const EDIT_COMMANDS: readonly Command[] = [
  undoCommand,
  redoCommand,
  { name: 'copy', label: 'Copy', section: 'Crew', clipboard: 'copy', isHidden: true, act: copySelection },
  { name: 'cut', label: 'Cut', section: 'Crew', clipboard: 'cut', isHidden: true, act: cutSelection },
  { name: 'paste', label: 'Paste', section: 'Crew', clipboard: 'paste', isHidden: true, act: () => void pasteNodes() },
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

function selectAll(): void {
  const { agents, tasks } = useDocument.getState().crew;
  select(...tasks.map(({ name }) => `task:${name}`), ...agents.map(({ name }) => `agent:${name}`));
}

/**
 * Undoes or redoes in the focused text field. Returns false if no text has the focus, so that the step applies to the
 * crew.
 */
function inText(step: 'undo' | 'redo'): boolean {
  const entry = focusedEntry();
  if (entry) return entry[step]();
  if (!isWriting(document.activeElement)) return false;
  document.execCommand(step);
  return true;
}
