import type { MenuCommand } from '../../shared/ipc/values.ts';
import { toast } from './ui.ts';
import type { WindowState } from './window-state.ts';

/**
 * An action that the user can perform in the window, defined once for the palette, the keyboard, the shortcuts dialog
 * and the native menu.
 */
export interface Command {
  /** Identifies the command, also in messages from the native menu. */
  name: string;
  /** The label in the palette and in the shortcuts dialog. */
  label: string;
  /** The group of the shortcuts dialog that lists the command, if it has a shortcut. */
  section: 'Crew' | 'File' | 'Run';
  /**
   * The position in the native menu. The label there is `label` in title case, unless `menu` contains another label.
   */
  menu?: Pick<MenuCommand, 'menu' | 'group'> & { label?: string };
  /** The native menu's shortcut, such as `Mod+Shift+P`. `Mod` is Ctrl or Cmd. */
  accelerator?: string;
  /** Shortcuts that the window handles itself. */
  keys?: Keys;
  /** The event of the system's clipboard that performs the command. */
  clipboard?: 'copy' | 'cut' | 'paste';
  /** The palette does not list it. */
  isHidden?: true;
  /** Acts on the text that is being entered, if there is one. Other commands finish that text first. */
  isForText?: true;
  /** Why the command cannot be performed now, as a message; null if it can. */
  unavailable?: (win: WindowState) => string | null;
  act: (win: WindowState) => void;
}

interface Keys {
  /**
   * Where the keys act: on canvas and library (`crew`), also in inspector and toolbar (`fields`), or `anywhere`. Elsewhere
   * they do nothing, even if the native menu has the same shortcut.
   */
  scope: 'crew' | 'fields' | 'anywhere';
  list: readonly string[];
}

/** Shortcuts that are not commands, for the shortcuts dialog. */
export interface KeyHelp {
  title: string;
  rows: readonly (readonly [label: string, ...keys: string[]])[];
}

/** Performs a command, or shows why it is not available. Does nothing while the window loads a file. */
export function perform(win: WindowState, command: Command): void {
  if (win.ui.getState().loading !== null) return;
  if (!command.isForText) win.fields.focused()?.finish();
  const reason = command.unavailable?.(win) ?? null;
  if (reason === null) command.act(win);
  else toast(win, 'info', reason);
}

/** Performs the command of this name; throws if there is none. */
export function performNamed(win: WindowState, commands: readonly Command[], name: string): void {
  const command = commands.find((one) => one.name === name);
  if (command === undefined) throw new Error(`There is no command "${name}".`);
  perform(win, command);
}

const CLIPBOARD_KEYS = { copy: 'Mod+C', cut: 'Mod+X', paste: 'Mod+V' } as const;

/** All shortcuts of a command, the native menu's first. */
export function shortcutsOf({ accelerator, keys, clipboard }: Command): readonly string[] {
  const menu = accelerator === undefined ? [] : [accelerator];
  const system = clipboard === undefined ? [] : [CLIPBOARD_KEYS[clipboard]];
  return [...new Set([...menu, ...system, ...(keys?.list ?? [])])];
}

/** The commands that belong in the native menu, as main needs them, in the same order. */
export function menuCommands(commands: readonly Command[]): MenuCommand[] {
  return commands.flatMap(({ name, label, menu, accelerator }) => {
    if (menu === undefined) return [];
    const { label: own, ...place } = menu;
    return { command: name, label: own ?? titleCase(label), accelerator: accelerator ?? null, ...place };
  });
}

const SMALL_WORDS = /^(a|and|as|from|in|of|or|the|to)$/;

function titleCase(label: string): string {
  return label.replace(/\S+/g, (word, at: number) =>
    at > 0 && SMALL_WORDS.test(word) ? word : word.charAt(0).toUpperCase() + word.slice(1),
  );
}
