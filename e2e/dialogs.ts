import type { ElectronApplication } from 'playwright/test';

/** Has the system's open dialog answer with a path, as a person would by choosing it. */
export function chooseInOpenDialog(electron: ElectronApplication, path: string): Promise<void> {
  return electron.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, path);
}

export function chooseInSaveDialog(electron: ElectronApplication, path: string): Promise<void> {
  return electron.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
  }, path);
}

/** Chooses an entry of the application's menu by its label. */
export function chooseInMenu(electron: ElectronApplication, label: string): Promise<void> {
  return electron.evaluate(({ Menu, BrowserWindow }, wanted) => {
    const entries = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? [];
    const entry = entries.find((item) => item.label === wanted);
    if (!entry) throw new Error(`There is no entry "${wanted}" in the menu.`);
    // Under Xvfb no window manager gives a window the focus, which the menu acts on.
    BrowserWindow.getAllWindows()[0]?.focus();
    entry.click();
  }, label);
}
