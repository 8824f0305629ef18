import { type FSWatcher, type Stats, unwatchFile, watch, watchFile } from 'node:fs';
import { basename, dirname } from 'node:path';

/** The interval of polling, for network drives, links and new folders, which send no events. */
const POLL_MS = 1000;

/**
 * Calls back when a file may have changed, also when it is replaced, deleted or created. Events of its folder make the
 * call prompt, and polling makes it certain. Returns a function that stops watching.
 */
export function watchPath(path: string, onChange: () => void): () => void {
  const onPoll = (now: Stats, before: Stats) => {
    if (isOther(now, before)) onChange();
  };
  watchFile(path, { interval: POLL_MS, persistent: false }, onPoll);
  const folder = watchFolder(path, onChange);
  return () => {
    unwatchFile(path, onPoll);
    folder?.close();
  };
}

/** Reading a file changes its access time only. */
function isOther(now: Stats, before: Stats): boolean {
  return (
    now.ino !== before.ino ||
    now.size !== before.size ||
    now.mtimeMs !== before.mtimeMs ||
    now.ctimeMs !== before.ctimeMs
  );
}

function watchFolder(path: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path)) onChange();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null; // The folder is missing, or the system is out of watches: polling remains.
  }
}
