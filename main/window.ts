import { join } from 'node:path';
import { BrowserWindow, screen } from 'electron';
import type { SettingsFile } from './settings.ts';
import { backgroundColor } from './theme.ts';

const SIZE = { width: 1600, height: 1000 };
const MIN_SIZE = { minWidth: 900, minHeight: 600 };
/** The offset of a second window. */
const CASCADE_PX = 28;

/**
 * Creates a window for one crew: sandboxed, isolated, without Node, and bound to our own page.
 * @param page the address that it loads and cannot navigate away from
 */
export function createWindow(settings: SettingsFile, dist: string, page: string): BrowserWindow {
  const window = new BrowserWindow({
    ...bounds(settings),
    ...MIN_SIZE,
    show: false,
    title: 'Crewlane',
    backgroundColor: backgroundColor(),
    webPreferences: {
      preload: join(dist, 'preload', 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
    },
  });
  if (settings.get().maximized) window.maximize();
  // The title names the file. The page's own title would replace it.
  window.on('page-title-updated', (event) => event.preventDefault());
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    settings.update({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
  void window.loadURL(page);
  return window;
}

function bounds(settings: SettingsFile): { x?: number; y?: number; width: number; height: number } {
  const known = settings.get().bounds;
  const area = screen.getPrimaryDisplay().workArea;
  const size = { width: Math.min(SIZE.width, area.width), height: Math.min(SIZE.height, area.height) };
  if (known === null || !onScreen(known)) return size;
  const beside = BrowserWindow.getAllWindows().length * CASCADE_PX;
  return { ...known, x: known.x + beside, y: known.y + beside };
}

/** A display may have been disconnected since the window was last open. */
function onScreen({ x, y, width }: { x: number; y: number; width: number }): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const overlap = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    return overlap > 100 && y >= workArea.y - 10 && y < workArea.y + workArea.height - 50;
  });
}
