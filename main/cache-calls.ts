import { CacheStore } from '../app/engine/cache/cache-store.ts';
import { countOf, formatBytes } from '../shared/figures/format.ts';
import { askToClearCache } from './dialogs.ts';
import type { Handlers } from './ipc.ts';
import type { Session } from './session.ts';

/** Handles the window's calls about the cache. @param folder the folder of the cache */
export function cacheCalls(folder: string): Pick<Handlers<Session>, 'cache.size' | 'cache.clear'> {
  const store = new CacheStore(folder);
  return {
    'cache.size': () => store.size(),
    'cache.clear': async (session) => {
      const { entries, bytes } = await store.size();
      const what = `${countOf(entries, 'result')} (${formatBytes(bytes)}) ${entries === 1 ? 'is' : 'are'} stored`;
      if (!(await askToClearCache(session.window, what))) return { status: 'cancelled' };
      return { status: 'cleared', ...(await store.clear()) };
    },
  };
}
