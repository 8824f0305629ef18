import { countOf, formatBytes } from '../../shared/figures/format.ts';
import { call } from '../bridge.ts';
import { toast } from '../store/ui.ts';

/** Removes what is stored for later runs, once a person has said so. */
export async function clearCache(): Promise<void> {
  const result = await call('cache.clear', {});
  if (result.status === 'cleared')
    toast('info', `${countOf(result.entries, 'stored result')} removed, ${formatBytes(result.bytes)}.`);
}
