import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { PushBody } from '../shared/ipc/channels.ts';

type Command = PushBody<'menu.command'>['command'];

export interface MenuActions {
  command(command: Command): void;
  openRecent(path: string): void;
  newWindow(): unknown;
}

const mac = process.platform === 'darwin';

/**
 * Sets the application's menu, with the platform's shortcuts. What edits the crew is carried out by the window, which
 * knows whether a text field has the focus.
 */
export function setMenu(recent: readonly string[], actions: MenuActions): void {
  const item = (label: string, command: Command, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => actions.command(command),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? [{ role: 'appMenu' as const }] : []),
      {
        label: '&File',
        submenu: [
          item('New', 'new', 'CmdOrCtrl+N'),
          { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: () => actions.newWindow() },
          item('Open…', 'open', 'CmdOrCtrl+O'),
          {
            label: 'Open Recent',
            enabled: recent.length > 0,
            submenu: recent.map((path) => recentItem(path, actions)),
          },
          { type: 'separator' },
          item('Save', 'save', 'CmdOrCtrl+S'),
          item('Save As…', 'save_as', 'CmdOrCtrl+Shift+S'),
          { type: 'separator' },
          item('Export Reports…', 'export', 'CmdOrCtrl+E'),
          item('Trusted Crews and Folders…', 'trusted'),
          { type: 'separator' },
          { role: mac ? 'close' : 'quit' },
        ],
      },
      { label: '&Edit', submenu: editMenu(item) },
      { label: '&View', submenu: viewMenu(item) },
      {
        label: '&Run',
        submenu: [
          item('Run', 'run', 'CmdOrCtrl+Enter'),
          item('Run Batch…', 'run_batch', 'CmdOrCtrl+Shift+Enter'),
          item('Pause or Resume', 'pause', 'CmdOrCtrl+Shift+P'),
          item('Stop', 'stop', 'CmdOrCtrl+.'),
          { type: 'separator' },
          item('Run Again What Failed', 'rerun_failed'),
          item('Run What Is Stale', 'rerun_stale', 'CmdOrCtrl+Alt+Enter'),
          item('Run from Here', 'rerun_from'),
          item('Run This Task Alone', 'rerun_only'),
          { type: 'separator' },
          item('Reviews', 'reviews', 'CmdOrCtrl+Shift+R'),
          item('Clear Cache…', 'clear_cache'),
        ],
      },
      { role: 'windowMenu' },
      { label: '&Help', submenu: [item('Keyboard Shortcuts', 'keys'), item('About Crewlane', 'about')] },
    ]),
  );
}

function recentItem(path: string, actions: MenuActions): MenuItemConstructorOptions {
  return { label: path, click: () => actions.openRecent(path) };
}

type Item = (label: string, command: Command, accelerator?: string) => MenuItemConstructorOptions;

function editMenu(item: Item): MenuItemConstructorOptions[] {
  return [
    item('Undo', 'undo', 'CmdOrCtrl+Z'),
    item('Redo', 'redo', 'CmdOrCtrl+Shift+Z'),
    { type: 'separator' },
    // Cut, copy and paste stay the system's: the window answers the clipboard's own events when no text is being edited.
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    item('Duplicate', 'duplicate', 'CmdOrCtrl+D'),
    item('Delete', 'delete'),
    { type: 'separator' },
    { role: 'selectAll' },
  ];
}

function viewMenu(item: Item): MenuItemConstructorOptions[] {
  return [
    item('Search and Commands…', 'palette', 'CmdOrCtrl+K'),
    item('Auto Layout', 'auto_layout', 'CmdOrCtrl+L'),
    item('Zoom to Fit', 'zoom_fit', 'CmdOrCtrl+9'),
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(app.isPackaged ? [] : [{ type: 'separator' as const }, { role: 'toggleDevTools' as const }]),
  ];
}
