import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../shared/ipc/values.ts';

export interface MenuActions {
  command(name: string): void;
  openRecent(path: string): void;
  newWindow(): unknown;
}

type Items = MenuItemConstructorOptions[];

const SEPARATOR = { type: 'separator' } as const;
const mac = process.platform === 'darwin';

/**
 * The application's menu: the system's entries, and the commands of the window. The window sends these when it starts,
 * so that each command is defined in one place, and performs them, because it knows what has the focus.
 */
export class AppMenu {
  readonly #recent: () => readonly string[];
  #commands: readonly MenuCommand[] = [];
  #actions: MenuActions | null = null;

  /** @param recent the files of Open Recent, the latest first */
  constructor(recent: () => readonly string[]) {
    this.#recent = recent;
  }

  /** Shows the menu from now on. */
  show(actions: MenuActions): void {
    this.#actions = actions;
    this.refresh();
  }

  /** Shows the commands of the window. They stay when the last window closes. */
  setCommands(commands: readonly MenuCommand[]): void {
    this.#commands = commands;
    this.refresh();
  }

  /** Follows a change of the recent files. */
  refresh(): void {
    if (this.#actions === null) return;
    Menu.setApplicationMenu(Menu.buildFromTemplate(template(this.#commands, this.#recent(), this.#actions)));
  }
}

function template(commands: readonly MenuCommand[], recent: readonly string[], actions: MenuActions): Items {
  const group = (menu: MenuCommand['menu'], number: number): Items =>
    commands.filter((one) => one.menu === menu && one.group === number).map((one) => commandItem(one, actions));
  return [
    ...(mac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: separated(
        [
          ...group('file', 1),
          { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: () => actions.newWindow() },
          {
            label: 'Open Recent',
            enabled: recent.length > 0,
            submenu: recent.map((path) => ({ label: path, click: () => actions.openRecent(path) })),
          },
        ],
        group('file', 2),
        group('file', 3),
        [{ role: mac ? 'close' : 'quit' }],
      ),
    },
    {
      label: '&Edit',
      submenu: separated(
        group('edit', 1),
        // These are the system's: the window answers the clipboard's own events when no text is being edited.
        [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, ...group('edit', 2)],
        [{ role: 'selectAll' }],
      ),
    },
    {
      label: '&View',
      submenu: separated(
        group('view', 1),
        [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
        app.isPackaged ? [] : [{ role: 'toggleDevTools' }],
      ),
    },
    { label: '&Run', submenu: separated(group('run', 1), group('run', 2), group('run', 3)) },
    { role: 'windowMenu' },
    { label: '&Help', submenu: group('help', 1) },
  ];
}

function commandItem({ command, label, accelerator }: MenuCommand, actions: MenuActions): MenuItemConstructorOptions {
  return {
    label,
    click: () => actions.command(command),
    ...(accelerator === null ? {} : { accelerator: accelerator.replace('Mod', 'CmdOrCtrl') }),
  };
}

/** The groups with a separator between any two that are not empty. */
function separated(...groups: readonly Items[]): Items {
  return groups.filter((items) => items.length > 0).flatMap((items, at) => (at === 0 ? items : [SEPARATOR, ...items]));
}
