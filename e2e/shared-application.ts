import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright/test';

/** Data of a new start and of Electron, which remains. Tests create everything else: runs, copies, estimates. */
const KEPT_DATA = ['settings.json', 'trust.json', 'window'];

/** The functions that tests replace. */
interface Originals {
  dialogs: object;
  bounds: { x: number; y: number; width: number; height: number };
}

/** Prepares a started application for use by several tests. */
export async function shareApplication(electron: ElectronApplication): Promise<void> {
  await electron.evaluate(({ app, dialog, BrowserWindow }) => {
    // As on macOS, the application stays open after the last window of a test has closed.
    app.removeAllListeners('window-all-closed');
    app.on('window-all-closed', () => undefined);
    const { showMessageBox, showOpenDialog, showSaveDialog } = dialog;
    const bounds = BrowserWindow.getAllWindows()[0]?.getBounds();
    Object.assign(globalThis, { originals: { dialogs: { showMessageBox, showOpenDialog, showSaveDialog }, bounds } });
  });
}

/** Opens a window as a second start of the application does: with the file, or empty. No other window is open. */
export async function openWindow(electron: ElectronApplication, file: string | null, speed: number): Promise<Page> {
  const opened = electron.waitForEvent('window', { timeout: 180_000 });
  await electron.evaluate(
    ({ app }, start) => {
      process.env['CREWLANE_REHEARSAL_SPEED'] = String(start.speed);
      app.emit('second-instance', {}, [process.execPath, app.getAppPath(), ...start.files], process.cwd());
    },
    { files: file === null ? [] : [file], speed },
  );
  return opened;
}

/**
 * Closes all windows, discards their unsaved work, interrupts their runs, and removes the data that the test created.
 */
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
