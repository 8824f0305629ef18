import { countOf, formatBytes } from '../../../shared/figures/format.ts';
import { call } from '../../base/bridge.ts';
import type { Command } from '../command.ts';
import { toast } from '../ui.ts';
import type { WindowState } from '../window-state.ts';

export const clearCacheCommand: Command = {
  name: 'clear_cache',
  label: 'Clear the cache…',
  section: 'Run',
  menu: { menu: 'run', group: 3 },
  act: (win) => void clearCache(win),
};

/** Clears the cache after the person has confirmed in main's dialog. */
export async function clearCache(win: WindowState): Promise<void> {
  const result = await call('cache.clear', {});
  if (result.status === 'cleared')
    toast(win, 'info', `${countOf(result.entries, 'stored result')} removed, ${formatBytes(result.bytes)}.`);
}
