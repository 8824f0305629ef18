import { middleOfView } from '../canvas/view.ts';
import { showDialog, useUi } from '../store/ui.ts';
import { executeCommand } from './commands.ts';
import { followFocus, isWriting, type KeyArea, keyAreaOf } from './key-area.ts';
import { addAgent, addTask } from './project-edits.ts';

interface Shortcut {
  /** Where the key acts. Elsewhere it does nothing, whatever the menu binds it to. */
  areas: readonly KeyArea[];
  act: () => void;
}

const crew = (act: () => void): Shortcut => ({ areas: ['crew'], act });
const fields = (act: () => void): Shortcut => ({ areas: ['crew', 'fields'], act });
const anywhere = (act: () => void): Shortcut => ({ areas: ['crew', 'fields', 'other'], act });

const SHORTCUTS: Readonly<Record<string, Shortcut>> = {
  a: crew(() => addAgent(middleOfView())),
  t: crew(() => addTask(middleOfView())),
  delete: crew(() => executeCommand('delete')),
  backspace: crew(() => executeCommand('delete')),
  'mod+d': crew(() => executeCommand('duplicate')),
  'mod+z': fields(() => executeCommand('undo')),
  'mod+shift+z': fields(() => executeCommand('redo')),
  'mod+y': fields(() => executeCommand('redo')),
  '?': anywhere(() => showDialog('keys')),
  '/': anywhere(() => executeCommand('palette')),
};
/** The menu's own entry selects text; on the canvas, the key selects nodes. */
const SELECT_ALL = crew(() => executeCommand('select_all'));

/** Acts on the keys that edit the crew, and on those that the application's menu does not handle. */
export function handleKey(event: KeyboardEvent): void {
  const { dialog, loading } = useUi.getState();
  if (event.defaultPrevented || event.isComposing || loading !== null) return;
  const name = nameOf(event);
  const isInText = isWriting(event.target);
  const isOver = dialog !== null;
  if (name === 'escape' && !isInText && !isOver) useUi.setState({ refused: null });
  const shortcut = name === 'mod+a' ? SELECT_ALL : SHORTCUTS[name];
  if (!shortcut) return;
  const isHistory = name === 'mod+z' || name === 'mod+shift+z' || name === 'mod+y';
  if (isInText || isOver ? isHistory && isInText : shortcut.areas.includes(keyAreaOf(event.target))) {
    event.preventDefault();
    shortcut.act();
  } else if (!isInText && name.startsWith('mod+') && name !== 'mod+a') {
    // Otherwise the menu would run the command.
    event.preventDefault();
  }
}

/** `mod+shift+z`; `mod` is Ctrl or Cmd. Shift counts only with `mod`: without it, it is part of the character. */
function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const lower = key.toLowerCase();
  if (altKey) return `alt+${lower}`;
  if (!ctrlKey && !metaKey) return lower;
  return `mod+${shiftKey ? 'shift+' : ''}${lower}`;
}

/** Handles the clipboard's own events where they concern nodes. */
function listenToClipboard(): () => void {
  const on = (type: 'copy' | 'cut' | 'paste') => {
    const listener = (event: Event) => {
      const isText = isWriting(event.target) || (document.getSelection()?.toString() ?? '') !== '';
      if (isText || useUi.getState().dialog !== null || keyAreaOf(event.target) !== 'crew') return;
      event.preventDefault();
      executeCommand(type);
    };
    document.addEventListener(type, listener);
    return () => document.removeEventListener(type, listener);
  };
  const ends = [on('copy'), on('cut'), on('paste')];
  return () => {
    for (const end of ends) end();
  };
}

/** Listens to the keys of the window; returns a function that stops it. */
export function listenToKeys(): () => void {
  const ends = [followFocus(), listenToClipboard(), () => document.removeEventListener('keydown', handleKey)];
  document.addEventListener('keydown', handleKey);
  return () => {
    for (const end of ends) end();
  };
}
