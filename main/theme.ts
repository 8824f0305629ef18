import { nativeTheme } from 'electron';
import type { Theme } from '../shared/ipc/values.ts';

/** Sets the theme of every window; the pages follow through `prefers-color-scheme`. */
export function setTheme(theme: Theme): void {
  nativeTheme.themeSource = theme;
}

/** The color of the window before its page is painted, so that it does not flash. */
export function backgroundColor(): string {
  return nativeTheme.shouldUseDarkColors ? '#0e1014' : '#f4f5f8';
}
