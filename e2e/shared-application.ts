import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright/test';

/** What a start finds in its data folder, and Electron's own data. The rest is what tests made: runs, copies, estimates. */
const KEPT_DATA = ['settings.json', 'trust.json', 'window'];

/** What the application has in place of what tests replace. */
interface Originals {
  dialogs: object;
  bounds: { x: number; y: number; width: number; height: number };
}

/** Makes an application that has started ready to be used by one test after another. */
export async function shareApplication(electron: ElectronApplication): Promise<void> {
  await electron.evaluate(({ app, dialog, BrowserWindow }) => {
    // As on macOS: the application outlives the last window of a test.
    app.removeAllListeners('window-all-closed');
    app.on('window-all-closed', () => undefined);
    const { showMessageBox, showOpenDialog, showSaveDialog } = dialog;
    const bounds = BrowserWindow.getAllWindows()[0]?.getBounds();
    Object.assign(globalThis, { originals: { dialogs: { showMessageBox, showOpenDialog, showSaveDialog }, bounds } });
  });
}

/** Opens a window as a second start of the application does: with the file, or an empty one. No other window is open. */
export async function openWindow(electron: ElectronApplication, file: string | null, speed: number): Promise<Page> {
  const opened = electron.waitForEvent('window');
  await electron.evaluate(
    ({ app }, start) => {
      process.env['CREWLANE_REHEARSAL_SPEED'] = String(start.speed);
      app.emit('second-instance', {}, [process.execPath, app.getAppPath(), ...start.files], process.cwd());
    },
    { files: file === null ? [] : [file], speed },
  );
  return opened;
}

/** Closes all windows, gives up their unsaved work, interrupts their runs, and removes what the test has changed. */
export async function closeWindows(electron: ElectronApplication, home: string): Promise<void> {
  await electron.evaluate(async ({ BrowserWindow, dialog, nativeTheme, session }) => {
    const { originals } = globalThis as unknown as { originals: Originals };
    const agreed = ['Don’t Save', 'Close and resume later'];
    dialog.showMessageBox = (async (_window: unknown, { buttons }: { buttons: string[] }) => {
      return { response: buttons.findIndex((button) => agreed.includes(button)), checkboxChecked: false };
    }) as typeof dialog.showMessageBox;
    const closed = BrowserWindow.getAllWindows().map((window) => {
      // The next window has the bounds of the last one that was closed.
      window.setBounds(originals.bounds);
      const gone = new Promise<void>((resolve) => window.once('closed', () => resolve()));
      window.close();
      return gone;
    });
    await Promise.all(closed);
    Object.assign(dialog, originals.dialogs);
    nativeTheme.themeSource = 'system';
    await session.defaultSession.clearStorageData();
  });
  for (const name of await readdir(home))
    if (!KEPT_DATA.includes(name)) await rm(join(home, name), { recursive: true, force: true, maxRetries: 5 });
}
