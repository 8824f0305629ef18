import type { ElectronApplication, Page } from 'playwright/test';

/** Makes the system's open dialog answer with a path, as a person would by choosing it. */
export function chooseInOpenDialog(electron: ElectronApplication, path: string): Promise<void> {
  return electron.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, path);
}

/** Makes the save dialog return `path` without being shown. */
export function chooseInSaveDialog(electron: ElectronApplication, path: string): Promise<void> {
  return electron.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
  }, path);
}

/** Changes the theme of the application, and waits until the page has it. */
export async function setTheme(electron: ElectronApplication, page: Page, theme: 'dark' | 'light'): Promise<void> {
  await electron.evaluate(({ nativeTheme }, source) => {
    nativeTheme.themeSource = source;
  }, theme);
  await page.waitForFunction((scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches, theme);
}

/** Selects an item of the application's menu by its label. */
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

/** The titles of all windows, sorted. */
export function titlesOf(electron: ElectronApplication): Promise<string[]> {
  return electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .map((window) => window.getTitle())
      .sort(),
  );
}

/** Opens a window from the menu and returns its page. */
export async function newWindow(electron: ElectronApplication): Promise<Page> {
  const opened = electron.waitForEvent('window', { timeout: 180_000 });
  await chooseInMenu(electron, 'New Window');
  return opened;
}

/** Answers each message box with one of its buttons. Returns a function that returns the questions so far. */
export async function answerQuestions(electron: ElectronApplication, button: string): Promise<() => Promise<string[]>> {
  await electron.evaluate(({ dialog }, wanted) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    // Electron passes the window first.
    dialog.showMessageBox = (async (_window: unknown, options: { message: string; buttons: string[] }) => {
      asked.push(options.message);
      return { response: options.buttons.indexOf(wanted), checkboxChecked: false };
    }) as typeof dialog.showMessageBox;
  }, button);
  // The list that was created above.
  return () => electron.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
}
