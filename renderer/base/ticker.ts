import { useEffect, useState } from 'react';

const INTERVAL_MS = 100;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

function tick(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` ten times per second, with one timer for all listeners. Returns a function that unsubscribes. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, INTERVAL_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** A text that is computed ten times per second while `active`. Renders again only if the text changed. */
export function useTicking(text: () => string, active: boolean): string {
  const [, show] = useState('');
  useEffect(() => {
    if (!active) return;
    return subscribe(() => show(text()));
  }, [text, active]);
  return text();
}
