import { type Command, perform } from '../command.ts';
import type { WindowState } from '../window-state.ts';
import { isWriting, type KeyArea, KeyAreas } from './key-area.ts';

type Scope = NonNullable<Command['keys']>['scope'];

const AREAS: Readonly<Record<Scope, readonly KeyArea[]>> = {
  crew: ['crew'],
  fields: ['crew', 'fields'],
  anywhere: ['crew', 'fields', 'other'],
};

/** The commands whose keys the window handles, by key. */
type Shortcuts = ReadonlyMap<string, { command: Command; scope: Scope }>;

function shortcutsIn(commands: readonly Command[]): Shortcuts {
  return new Map(
    commands.flatMap((command) => {
      const { keys } = command;
      if (keys === undefined) return [];
      return keys.list.map((key) => [key.toLowerCase(), { command, scope: keys.scope }] as const);
    }),
  );
}

/** Performs the command of a key, if the key acts where it was pressed. */
function handleKey(win: WindowState, shortcuts: Shortcuts, areas: KeyAreas, event: KeyboardEvent): void {
  const { dialog, loading } = win.ui.getState();
  if (event.defaultPrevented || event.isComposing || loading !== null) return;
  const name = nameOf(event);
  const isInText = isWriting(event.target);
  const isOver = dialog !== null;
  if (name === 'escape' && !isInText && !isOver) win.ui.setState({ refused: null });
  const shortcut = shortcuts.get(name);
  if (!shortcut) return;
  const { command, scope } = shortcut;
  if (isInText || isOver ? command.isForText && isInText : AREAS[scope].includes(areas.of(event.target))) {
    event.preventDefault();
    perform(win, command);
  } else if (!isInText && name.startsWith('mod+') && command.menu !== undefined) {
    // Otherwise the menu would perform the command.
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

/** Performs a command on its clipboard event, if the event concerns nodes and not text. */
function listenToClipboard(win: WindowState, areas: KeyAreas, command: Command): () => void {
  const { clipboard } = command;
  if (clipboard === undefined) return () => undefined;
  const listener = (event: Event) => {
    const isText = isWriting(event.target) || (document.getSelection()?.toString() ?? '') !== '';
    if (isText || win.ui.getState().dialog !== null || areas.of(event.target) !== 'crew') return;
    event.preventDefault();
    perform(win, command);
  };
  document.addEventListener(clipboard, listener);
  return () => document.removeEventListener(clipboard, listener);
}

/** Listens to the keys of these commands; returns a function that stops it. */
export function listenToKeys(win: WindowState, commands: readonly Command[]): () => void {
  const shortcuts = shortcutsIn(commands);
  const areas = new KeyAreas();
  const onKey = (event: KeyboardEvent) => handleKey(win, shortcuts, areas, event);
  document.addEventListener('keydown', onKey);
  const ends = [
    areas.follow(),
    ...commands.map((command) => listenToClipboard(win, areas, command)),
    () => document.removeEventListener('keydown', onKey),
  ];
  return () => {
    for (const end of ends) end();
  };
}
