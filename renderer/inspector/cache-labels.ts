import type { CacheMode } from '../../shared/project/cache.ts';

/** What each way to use stored results does. */
export const CACHE_LABELS: Readonly<Record<CacheMode, string>> = {
  off: 'off',
  read: 'read: use cached results',
  read_write: 'read and write: also store new results',
};
