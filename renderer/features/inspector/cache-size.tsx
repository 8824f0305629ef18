import { useEffect, useState } from 'react';
import { countOf, formatBytes } from '../../../shared/figures/format.ts';
import { call } from '../../base/bridge.ts';
import { clearCache } from '../../state/commands/cache-commands.ts';
import { useRun } from '../../state/run.ts';
import { useWindowState } from '../../state/window-state.ts';

/** The size of the cache, which all crews share, and a button that clears it. */
export function CacheSize() {
  const win = useWindowState();
  const [size, setSize] = useState({ entries: 0, bytes: 0 });
  const live = useRun((run) => run.live);
  const refresh = () => void call('cache.size', {}).then(setSize);
  // A run that has ended may have added entries.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(refresh, [live]);
  return (
    <div className="cache-size">
      <span className="muted small">
        {size.entries === 0
          ? 'The cache is empty'
          : `${countOf(size.entries, 'result')} stored, ${formatBytes(size.bytes)}`}
      </span>
      <button
        type="button"
        className="button"
        disabled={size.entries === 0}
        onClick={() => void clearCache(win).then(refresh)}
      >
        Clear the cache…
      </button>
    </div>
  );
}
